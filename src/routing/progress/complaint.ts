import { headOf, type Ask } from '../profile/ask.ts';

/** `clear` is enough anywhere in the first words; `short` only where hardly anything else is said, since it may be what a new task is about. */
interface Language { name: string; clear: RegExp; short: RegExp }

const LANGUAGES: readonly Language[] = [
  {
    name: 'English',
    clear: /(?<!\b(?:should|must|would|could|may|might|will|to|if|when|they|that)\s)\bstill\s+(?:is |are |getting |seeing |have |has |the |an? )*(?:broken|fail(?:s|ing|ed)?|crash(?:es|ing)?|wrong|same|errors?\b|errors? out|red\b|buggy|bugged|stuck|no\b|not\b|isn.?t|doesn.?t|does not|don.?t|didn.?t|can.?t|cannot|won.?t)|\b(?:same|identical) (?:error|issue|problem|bug|failure|result|exception|crash)\b|\b(?:did(?:n.?t| not)|does(?:n.?t| not)|has(?:n.?t| not)) (?:fix|solve|help|resolve)|\b(?:is|was|it.?s|that.?s) (?:still )?not (?:fixed|solved|resolved)\b|\b(?:error|problem|issue|bug) (?:persists|remains|is back|is still there)|\bkeeps (?:failing|crashing|breaking)|\b(?:fails|failing|broken|crashes) again\b|\byou (?:broke|have broken)\b|\bno (?:luck|difference|change at all)\b/i,
    short: /^(?:(?:no|nope|hm+|sorry|but|well|sadly|unfortunately|ok|and)[\s,.!]+)*(?:(?:it|that|this|the \w+|your \w+|the tests?|tests?)(?: \w+)? (?:does(?:n.?t| not) work|do(?:n.?t| not) work|did(?:n.?t| not) work|is(?:n.?t| not) (?:working|right|correct)|is (?:wrong|broken)|fails?|crashes)|not working|does(?:n.?t| not) work|did(?:n.?t| not) work|wrong\b|that.?s wrong)/i,
  },
  {
    name: 'Chinese',
    clear: /(?:还是|還是|仍然|仍舊|仍旧|依然|依旧|依舊|还|還)(?:会|會|在|有|是)?(?:不行|不能|不对|不對|不可以|不工作|报错|報錯|出错|出錯|失败|失敗|错|錯|没用|沒用|一样|一樣|有问题|有問題|无法|無法|没(?:有)?(?:好|解决|修好|变)|沒(?:有)?(?:好|解決|修好|變))|(?:没有?|沒有?)(?:修好|解决|解決|修复|修復|效果|变化|變化)|(?:同样|同樣|一样|一樣)的(?:错误|錯誤|问题|問題|报错)|又(?:报错|報錯|失败|失敗|坏了|壞了|出错)/,
    short: /^(?:这|這|那)?(?:个|個)?(?:不行|不对|不對|没用|沒用|不起作用|不工作|坏了|跑不通|运行不了)/,
  },
  {
    name: 'German',
    clear: /\b(?:immer noch|noch immer|weiterhin|nach wie vor) (?:\w+ )?(?:kaputt|nicht|fehler|der ?(?:gleiche|selbe)|rot|fehl|falsch)|\b(?:funktioniert|geht|klappt|läuft) (?:immer noch|noch immer|weiterhin|leider)? ?nicht\b|\b(?:der|den) ?(?:gleiche|selbe)n? fehler|\bnoch nicht (?:behoben|gelöst|repariert)|\bhat nicht geholfen/i,
    short: /\bgeht nicht\b|\bfalsch\b/i,
  },
  {
    name: 'French',
    clear: /\btoujours (?:\w+ )?(?:cassée?|pas|la même|le même|en échec|une erreur)|\b(?:ne )?(?:marche|fonctionne) (?:toujours|encore) pas|\b(?:la )?même erreur|\b(?:le )?même problème|pas (?:corrigé|résolu|réparé)/i,
    short: /\b(?:ne )?(?:marche|fonctionne) pas\b/i,
  },
  {
    name: 'Spanish',
    clear: /\b(?:sigue|siguen|todavía|aún|aun) (?:\w+ )?(?:sin funcionar|no funcionan?|fallando|rot[oa]|fallan?|igual|dando|con el)|\b(?:el )?mismo (?:error|problema|fallo)|\bno se (?:arregló|ha arreglado|solucionó|ha solucionado)/i,
    short: /\bno (?:funciona|sirve|anda)\b/i,
  },
  {
    name: 'Portuguese',
    clear: /\b(?:ainda|continua) (?:\w+ )?(?:não (?:funciona|está)|quebrad[oa]|falhando|falha|com (?:o )?erro|dando erro|igual)|\b(?:o )?mesmo (?:erro|problema)|\bnão (?:foi )?(?:corrigido|resolvido|resolveu)/i,
    short: /\bnão funciona\b/i,
  },
  {
    name: 'Italian',
    clear: /\b(?:ancora|sempre|continua a) (?:\w+ )?(?:rotto|non funziona|fallire|lo stesso|errore)|\b(?:lo )?stesso (?:errore|problema)|non (?:è )?(?:risolto|ha risolto)/i,
    short: /\bnon funziona\b/i,
  },
  { name: 'Dutch', clear: /\bnog (?:steeds|altijd) (?:\w+ )?(?:kapot|niet|dezelfde|fout|stuk)|\bwerkt nog (?:steeds )?niet|\bdezelfde fout/i, short: /\bwerkt niet\b/i },
  { name: 'Polish', clear: /(?:nadal|wciąż|dalej) (?:nie|ten sam|błąd|zepsut)|ten sam błąd|to nie pomogło/i, short: /nie działa/i },
  { name: 'Russian', clear: /(?:вс[её] (?:ещ[её]|равно)|по-прежнему|опять|снова) (?:не|сломан|пада|ошибк|та же)|та же (?:самая )?ошибка|тот же (?:самый )?баг|не (?:помогло|исправ|решило|починил)/i, short: /не работает|неправильно/i },
  { name: 'Ukrainian', clear: /(?:все ще|все одно|досі|знову) (?:не|зламан|пада|помилк)|та сама помилка|не допомогло/i, short: /не працює/i },
  { name: 'Turkish', clear: /h[aâ]l[aâ] (?:\S+ )?(?:çalışmıyor|bozuk|hata|aynı|olmuyor|başarısız)|aynı hata|düzelmedi|işe yaramadı/i, short: /çalışmıyor/i },
  { name: 'Vietnamese', clear: /vẫn (?:còn )?(?:không|lỗi|bị|chưa|sai|thế)|cùng (?:một )?lỗi|chưa (?:sửa|được sửa)/i, short: /không (?:chạy|hoạt động)/i },
  { name: 'Japanese', clear: /(?:まだ|相変わらず|やはり|やっぱり|また)(?:.{0,12})(?:動か|動き(?:ません)|壊れ|エラー|直って|失敗|だめ|ダメ|駄目|落ち)|同じ(?:エラー|問題|バグ)|直って(?:い)?(?:ない|ません)|治って(?:い)?(?:ない|ません)/, short: /動かない|動きません|ダメです|だめです/ },
  { name: 'Korean', clear: /(?:아직도?|여전히|계속|또)(?:.{0,12})(?:안 ?[되돼됩]|고장|에러|오류|실패|깨|틀)|(?:같은|똑같은|동일한) ?(?:에러|오류|문제)|해결(?:이)? ?안/, short: /안 ?(?:돼|되네|됩니다|돼요)|작동하지 않/ },
  { name: 'Arabic', clear: /(?:لا يزال|ما زال|مازال|لا زال) (?:\S+ )?(?:لا|معطل|يفشل|خطأ|نفس)|نفس (?:الخطأ|المشكلة)/, short: /لا يعمل/ },
  { name: 'Hindi', clear: /अभी (?:भी|तक) .{0,20}(?:नहीं|खराब|एरर|त्रुटि)|वही (?:एरर|त्रुटि|समस्या)/, short: /काम नहीं/ },
];

/** The words that decide stand at the start; what follows is mostly pasted output. */
const HEAD_CHARS = 240;
const SHORT_CHARS = 120;

/** The language in which an ask says that what was done does not work; null when it says nothing of the kind. */
export function complaintIn(ask: Ask): string | null {
  const head = headOf(ask.pieces, HEAD_CHARS);
  const short = ask.chars <= SHORT_CHARS;
  return LANGUAGES.find(({ clear, short: hint }) => clear.test(head) || (short && hint.test(head)))?.name ?? null;
}
