import assert from 'node:assert/strict';
import { profileTask } from '../../../../src/routing/profile/profile.ts';
import type { Domain, TaskProfile } from '../../../../src/routing/types.ts';
import { ask } from '../support.ts';
import { FRESH } from './asks/fresh.ts';
import { HELD_OUT } from './asks/held-out.ts';
import type { LabelledAsk, Tongue } from './asks/labelled-ask.ts';
import { TUNING } from './asks/tuning.ts';

const profile = (text: string): TaskProfile => profileTask(ask(text), []).task;

interface Score { kind: number; language: number; missed: string[] }

function scoreOf(asks: readonly LabelledAsk[]): Score {
  const missed: string[] = [];
  let kinds = 0, languages = 0;
  for (const [tongue, kind, language, text] of asks) {
    const task = profile(text);
    if (task.domain === kind) kinds++;
    else missed.push(`${tongue} ${kind} taken for ${task.domain}: ${text.slice(0, 60)}`);
    if (task.language === language) languages++;
  }
  return { kind: kinds / asks.length, language: languages / asks.length, missed };
}

const TONGUES: readonly Tongue[] = ['en', 'zh', 'es', 'pt', 'fr', 'de', 'ru', 'ja', 'ko'];

describe('labelled asks', () => {
  const sets: { name: string; asks: readonly LabelledAsk[]; least: number }[] = [
    { name: 'that nothing was tuned on (0.87 when written)', asks: FRESH, least: 0.85 },
    { name: 'that were written before the signals (0.95 now, 0.77 at first)', asks: HELD_OUT, least: 0.92 },
    { name: 'that the signals were tuned on (0.98)', asks: TUNING, least: 0.96 },
  ];
  for (const { name, asks, least } of sets) {
    it(`${name} are of the kind that they are taken for`, () => {
      const { kind, missed } = scoreOf(asks);
      assert.ok(kind >= least, `${kind.toFixed(3)} of ${String(asks.length)}\n${missed.join('\n')}`);
    });

    it(`${name} are about the programming language that they are taken for, or about none`, () => {
      const { language } = scoreOf(asks);
      assert.ok(language >= 0.97, language.toFixed(3));
    });
  }

  it('are not understood in English alone', () => {
    const all = [...FRESH, ...HELD_OUT];
    for (const tongue of TONGUES) {
      const { kind, missed } = scoreOf(all.filter(([of]) => of === tongue));
      assert.ok(kind >= 0.8, `${tongue} ${kind.toFixed(3)}\n${missed.join('\n')}`);
    }
  });

  it('are 300 and more, of every kind and in every tongue', () => {
    const all = [...FRESH, ...HELD_OUT, ...TUNING];
    assert.ok(all.length >= 300, String(all.length));
    const kinds = new Set<Domain>(all.map(([, kind]) => kind));
    assert.equal(kinds.size, 12);
    assert.deepEqual(new Set(all.map(([tongue]) => tongue)), new Set(TONGUES));
    assert.equal(new Set(all.map(([, , , text]) => text)).size, all.length);
  });
});

/** The same ask in nine tongues, in the order of {@link TONGUES}. */
const SAME: Partial<Record<Domain, readonly string[]>> = {
  debug: [
    'The app crashes when I open the settings. Find the cause and fix it.', '打开设置时应用崩溃。找出原因并修复。', 'La aplicación se cierra al abrir los ajustes. Averigua la causa y corrígelo: no funciona.',
    'O aplicativo trava ao abrir as configurações. Descubra a causa e corrija.', 'L\'application plante quand j\'ouvre les réglages. Trouve la cause et corrige.', 'Die App stürzt ab, wenn ich die Einstellungen öffne. Finde heraus, warum, und behebe es.',
    'Приложение падает при открытии настроек. Найди причину и исправь.', '設定を開くとアプリが落ちます。原因を調べて直してください。', '설정을 열면 앱이 죽습니다. 원인을 찾아 고쳐 주세요.',
  ],
  implement: [
    'Implement a search field for the customer list.', '为客户列表实现一个搜索框。', 'Implementa un campo de búsqueda para la lista de clientes.', 'Implemente um campo de busca na lista de clientes.', 'Implémente un champ de recherche pour la liste des clients.',
    'Implementiere ein Suchfeld für die Kundenliste.', 'Реализуй поле поиска для списка клиентов.', '顧客一覧に検索欄を実装してください。', '고객 목록에 검색창을 구현해 주세요.',
  ],
  refactor: [
    'Refactor this class and split it into smaller parts.', '重构这个类，拆成更小的部分。', 'Refactoriza esta clase y divide el código en partes más pequeñas.', 'Refatore esta classe e divida em partes menores.', 'Refactorise cette classe et découpe-la.',
    'Refaktoriere diese Klasse und teile sie auf.', 'Отрефактори этот класс и разбей на части.', 'このクラスをリファクタリングして分割してください。', '이 클래스를 리팩터링하고 나눠 주세요.',
  ],
  review: [
    'Please review my changes before I merge them.', '合并前请审查我的改动。', 'Revisa mis cambios antes de fusionarlos.', 'Revise as minhas mudanças antes do merge.', 'Relis mes changements avant la fusion.', 'Bitte überprüfe meine Änderungen vor dem Merge.',
    'Проверь мои изменения перед слиянием, сделай ревью.', 'マージ前に変更をレビューしてください。', '병합 전에 제 변경 사항을 리뷰해 주세요.',
  ],
  test: [
    'Write unit tests for the invoice module.', '给发票模块写单元测试。', 'Escribe pruebas unitarias para el módulo de facturas.', 'Escreva testes unitários para o módulo de faturas.', 'Écris des tests unitaires pour le module de factures.', 'Schreibe Unit-Tests für das Rechnungsmodul.',
    'Напиши юнит-тесты для модуля счетов.', '請求モジュールの単体テストを書いてください。', '청구서 모듈의 단위 테스트를 작성해 주세요.',
  ],
  explain: [
    'Explain how this function works.', '解释这个函数是怎么工作的。', 'Explica cómo funciona esta función.', 'Explique como funciona esta função.', 'Explique comment fonctionne cette fonction.', 'Erkläre, wie diese Funktion arbeitet.', 'Объясни, как работает эта функция.',
    'この関数の仕組みを説明してください。', '이 함수가 어떻게 동작하는지 설명해 주세요.',
  ],
  maths: [
    'Solve the equation and prove the theorem.', '求解方程并证明这个定理。', 'Resuelve la ecuación y demuestra el teorema.', 'Resolva a equação e demonstre o teorema.', 'Résous l\'équation et démontre le théorème.', 'Löse die Gleichung und beweise den Satz.', 'Реши уравнение и докажи теорему.',
    '方程式を解き、定理を証明してください。', '방정식을 풀고 정리를 증명해 주세요.',
  ],
  chat: ['Hello, how are you?', '你好，最近怎么样？', 'Hola, ¿qué tal?', 'Olá, tudo bem?', 'Bonjour, ça va ?', 'Hallo, wie geht\'s?', 'Привет, как дела?', 'こんにちは、お元気ですか？', '안녕하세요, 잘 지내세요?'],
};

/** Each is riskier than the one behind it. */
const RISKIER: readonly (readonly [string, string])[] = [
  ['Delete all customer data in production that is older than a year', 'Delete the unused import'], ['Rotate the credentials of the payment service', 'Rename the payment button'],
  ['rm -rf /var/lib/postgresql/data\nis this ok to run?', 'ls /var/lib/postgresql/data\nis this ok to run?'], ['DROP TABLE sessions;', 'SELECT * FROM sessions;'], ['Change the type in db/migrations/0042_users.sql', 'Change the type in db/seeds/users.sql'],
  ['把生产环境的用户密码迁移到新库', '把首页的标题改一下'], ['Borra los datos personales de los clientes en producción', 'Cambia el color del botón'], ['Apague os dados de clientes em produção', 'Mude a cor do botão'],
  ['Supprime les données personnelles des clients en production', 'Change la couleur du bouton'], ['Lösche die Kundendaten auf dem Produktivsystem', 'Ändere die Farbe der Schaltfläche'], ['Удали персональные данные клиентов в продакшене', 'Поменяй цвет кнопки'],
  ['本番の顧客データを削除してください', 'ボタンの色を変えてください'], ['운영 서버의 고객 데이터를 삭제해 주세요', '버튼 색을 바꿔 주세요'],
];

describe('the same ask', () => {
  for (const [kind, texts] of Object.entries(SAME)) {
    it(`is of kind ${kind} in nine tongues`, () => {
      assert.equal(texts.length, TONGUES.length);
      assert.deepEqual(texts.map((text, at) => `${TONGUES[at] ?? ''} ${profile(text).domain}`), TONGUES.map((tongue) => `${tongue} ${kind}`));
    });
  }
});

describe('risk', () => {
  for (const [risky, tame] of RISKIER) {
    it(`of "${risky.split('\n')[0] ?? ''}" is above that of "${tame.split('\n')[0] ?? ''}"`, () => {
      const [above, below] = [profile(risky).risk, profile(tame).risk];
      assert.ok(above >= below + 0.15, `${String(above)} is not above ${String(below)}`);
    });
  }
});
