import type { Entry } from '../lexicon.ts';

/** Japanese, short; words in characters that Chinese writes the same way stand there. */
export const JAPANESE: readonly Entry[] = [
  ['直して|直す|修正して|デバッグ|バグ|不具合', { coding: 1 }, 'debug', 1.6],
  ['エラー|例外|落ちる|落ちます|落ちて|クラッシュ|動かない|動きません|動かなく|固まる|固まります|固まって|反応しない|おかしい|真っ白|表示されない|表示されません|止まる|止まります|まだ直って|変わらない', { coding: 0.6 }, 'debug', 1.2],
  ['原因を|調べて|調査', { reasoning: 0.8, coding: 0.3 }, 'debug', 1.2],
  ['実装|開発して|作って|作成して|作りたい', { coding: 0.8 }, 'implement', 1.4],
  ['追加して|追加する|付けて|加えて|できるように|対応して|ほしい|欲しい|したい', { coding: 0.4 }, 'implement', 1],
  ['コード|関数|クラス|モジュール|ファイル|ボタン|メソッド|プログラム', { coding: 0.7 }],
  ['リファクタ|整理して', { coding: 1.2, complexity: 0.12 }, 'refactor', 2.5],
  ['分割|切り出し|共通化|簡潔に|名前を変|動作を変えず|挙動を変えず|書き換えて', { coding: 0.5 }, 'refactor', 1.4],
  ['移行', { coding: 0.5, complexity: 0.2, risk: 0.25 }, 'refactor', 0.8],
  ['レビュー|見てください|確認して|問題点|指摘|プルリク', { verification: 1.3 }, 'review', 1.4], ['監査', { verification: 1.5, risk: 0.15 }, 'review', 2],
  ['テスト|単体テスト|テストケース|カバレッジ', { verification: 1, coding: 0.4 }, 'test', 2],
  ['説明|教えて|とは|何をして|どう動|仕組み|違いは|違いを|意味', { reasoning: 0.3 }, 'explain', 1.7], ['なぜ|どうして|どこで|どこに|何です', { reasoning: 0.2 }, 'explain', 0.8],
  ['アーキテクチャ|設計すべき|構成案', { reasoning: 1, complexity: 0.15 }, 'architecture', 1.8], ['長所|短所|メリット|デメリット|どちらが|提案して|二つの案|検討', { reasoning: 0.8 }, 'architecture', 1.2],
  ['ドキュメント|手順書|マニュアル|翻訳|説明文|コメントを|リリースノート|お知らせ', { writing: 1.2 }, 'docs', 1.9], ['分かりやすく|わかりやすく|要約|書き直して', { writing: 0.8 }, 'docs', 1],
  ['データベース|クエリ|テーブル', { coding: 0.5 }, 'data', 0.8], ['集計|グラフ|データセット|平均|売上', { coding: 0.2, reasoning: 0.4 }, 'data', 1.3],
  ['証明せよ|証明して|帰納法', { reasoning: 1, complexity: 0.2 }, 'maths', 2], ['方程式|微分|積分|確率|行列|無理数', { reasoning: 1, complexity: 0.1 }, 'maths', 1.8], ['求めよ|求めて|解け|いくつ|何人|何個', { reasoning: 0.6 }, 'maths', 1.2],
  ['こんにちは|おはよう|こんばんは|ありがとう|元気です', { simple: 0.6 }, 'chat', 2.2], ['誤字|簡単な|ちょっとした', { simple: 0.45 }],
  ['セキュリティ|脆弱性|インジェクション', { verification: 1, risk: 0.4 }, 'review', 0.5], ['本番', { risk: 0.3 }], ['パスワード|認証|権限|暗号|ログイン', { verification: 0.3, risk: 0.3 }],
  ['決済|請求|返金|支払', { risk: 0.35 }], ['消して|削除', { risk: 0.15 }], ['データ損失|元に戻せ|個人情報|顧客データ', { risk: 0.45 }],
];
