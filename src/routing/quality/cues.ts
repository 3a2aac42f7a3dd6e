import { DIGIT, KIND, LETTER, WIDE } from './characters.ts';
import { HASH_START, hashOf, hashStep, TOPIC_NAMES, topicsOf } from './topics.ts';

/**
 * Cues: numbers that say what kind of task a prompt is and how much there is to do in it (options to choose among, constraints, calls, formulas, names …).
 * Plain counts, lengths, shares and logarithms: only decision trees read them, which do not mind the scale.
 */
export const CUE_NAMES = [
  'distinctNumbers', 'largest', 'usualSize', 'lastSize', 'smallNumbers', 'numberShare',
  'options', 'optionLength', 'longestOption', 'shortestOption', 'optionSpread', 'numericOptions', 'titledOptions', 'optionOverlap', 'stem',
  'distinctWords', 'variety', 'wordLength', 'longestWord', 'firstWord', 'names', 'nameShare', 'acronyms', 'variables', 'distinctVariables',
  'sentences', 'wordsPerSentence', 'longestSentence', 'lastSentence',
  'methodCalls', 'distinctCalls', 'calls', 'indexes', 'slices', 'updates', 'assignments', 'quoted', 'quotedChars', 'longestQuoted',
  'commands', 'distinctCommands', 'fractions', 'powers', 'bounds', 'tenPowers', 'largestPower', 'smallestPower',
  'camel', 'snake', 'paths', 'ticks', 'headings', 'paragraphs', 'lines', 'blanks', 'commaShare', 'dollars', 'percents', 'parentheses', 'foreign', 'questions', 'lastLine', 'chars',
  ...TOPIC_NAMES.map((name) => `${name}Words`), ...TOPIC_NAMES.map((name) => `${name}Share`),
] as const;

const NEWLINE = 10, SPACE_CODE = 32, QUOTE = 39, OPEN = 40, CLOSE = 41, STAR = 42, PLUS = 43, COMMA = 44, MINUS = 45, DOT = 46, SLASH = 47, COLON = 58, LESS = 60, EQUALS = 61,
  GREATER = 62, QUESTION = 63, OPEN_SQUARE = 91, BACKSLASH = 92, CLOSE_SQUARE = 93, POWER = 94, UNDERSCORE = 95, TICK = 96, OPEN_CURLY = 123, LESS_OR_EQUAL = 0x2264,
  EXCLAMATION = 33, HASH = 35, DOLLAR = 36, PERCENT = 37, WIDE_DOT = 0x3002, WIDE_QUESTION = 0xff1f, WIDE_EXCLAMATION = 0xff01;
const ENDS = new Set([DOT, QUESTION, EXCLAMATION, WIDE_DOT, WIDE_QUESTION, WIDE_EXCLAMATION]);
/** Words of an option beyond this many are not compared. */
const MOST_OPTION_WORDS = 24, MOST_OPTIONS = 10;
const LE = hashOf('le'), LEQ = hashOf('leq'), FRAC = hashOf('frac');

interface Option { length: number; numeric: boolean; titled: boolean; words: number[] }

const tenLog = (value: number): number => Math.log10(1 + value);

class CueReader {
  readonly #text: string;
  at = 0;
  readonly topics = new Uint16Array(TOPIC_NAMES.length);
  /** How often each ASCII mark stands in the text. */
  readonly marks = new Uint16Array(128);
  readonly words = new Set<number>();
  readonly numbers = new Set<number>();
  readonly called = new Set<number>();
  readonly commands = new Set<number>();
  readonly variables = new Set<number>();
  wordCount = 0; letters = 0; longest = 0; first = 0; names = 0; acronyms = 0; variableCount = 0;
  numberCount = 0; small = 0; logs = 0; largest = 0; lastLog = 0;
  sentences = 0; longestSentence = 0; lastSentence = 0; sentenceFrom = 0;
  methodCalls = 0; calls = 0; indexes = 0; slices = 0; updates = 0; assignments = 0; quoted = 0; quotedChars = 0; longestQuoted = 0; quoteFrom = -1;
  commandCount = 0; fractions = 0; doubleStars = 0; bounds = 0; tenPowers = 0; largestPower = -1; smallestPower = -1;
  camel = 0; snake = 0; paths = 0; headings = 0; paragraphs = 0; blanks = 0; dollars = 0; foreign = 0; wideQuestions = 0; lineFrom = 0; squareFrom = -1;

  constructor(text: string) { this.#text = text; }

  #code(at: number): number { return at >= 0 && at < this.#text.length ? this.#text.charCodeAt(at) : 0; }

  readAll(): void {
    const text = this.#text;
    while (this.at < text.length) {
      const code = text.charCodeAt(this.at), kind = KIND[code];
      if (kind === LETTER) this.#readWord();
      else if (kind === DIGIT) this.#readNumber();
      else {
        if (kind === WIDE) { this.wordCount++; this.words.add(code); }
        else if (code > SPACE_CODE || code === NEWLINE) this.#readMark(code);
        if (code > 127) this.foreign++;
        this.at++;
      }
    }
    this.#endSentence(text.length);
  }

  #readWord(): void {
    const text = this.#text, from = this.at;
    let hash = HASH_START, upper = 0, i = from, before = 0;
    for (let code = text.charCodeAt(i); KIND[code] === LETTER; code = this.#code(++i)) {
      const isUpper = code <= 90;
      if (isUpper) { upper++; if (before >= 97) this.camel++; }
      if (code > 127) this.foreign++;
      before = code;
      hash = hashStep(hash, code < 128 ? code | 32 : code);
    }
    this.at = i;
    const length = i - from, previous = this.#code(from - 1), beforeThat = this.#code(from - 2);
    this.wordCount++; this.letters += length; this.words.add(hash);
    if (this.wordCount === 1) this.first = length;
    if (length > this.longest) this.longest = length;
    for (let bits = topicsOf(hash), topic = 0; bits !== 0; bits >>>= 1, topic++) if ((bits & 1) === 1) this.topics[topic] = (this.topics[topic] ?? 0) + 1;
    if (length === 1) { this.variableCount++; this.variables.add(hash); }
    else if (upper === length) this.acronyms++;
    else if (upper === 1 && text.charCodeAt(from) <= 90 && previous === SPACE_CODE && (beforeThat === COMMA || KIND[beforeThat] === LETTER)) this.names++;
    this.#readAround(hash, previous, KIND[beforeThat] === LETTER);
  }

  /** What stands right before and after a word: a command, a part of a name or of a path, a call, an index. */
  #readAround(hash: number, previous: number, afterWord: boolean): void {
    const next = this.#code(this.at);
    if (previous === BACKSLASH) this.#readCommand(hash);
    if (previous === UNDERSCORE && afterWord) this.snake++;
    if (previous === SLASH && afterWord) this.paths++;
    if (next === OPEN) {
      this.calls++;
      if (previous === DOT) { this.methodCalls++; this.called.add(hash); }
    } else if (next === OPEN_SQUARE) this.indexes++;
  }

  #readCommand(hash: number): void {
    this.commandCount++; this.commands.add(hash);
    if (hash === LE || hash === LEQ) this.bounds++;
    if (hash === FRAC) this.fractions++;
  }

  #readNumber(): void {
    let value = 0, i = this.at, code = this.#code(i);
    const from = i;
    for (; KIND[code] === DIGIT; code = this.#code(++i)) value = value * 10 + code - 48;
    if (code === DOT && KIND[this.#code(i + 1)] === DIGIT) {
      let scale = 0.1;
      for (code = this.#code(++i); KIND[code] === DIGIT; code = this.#code(++i), scale /= 10) value += scale * (code - 48);
    }
    this.at = i;
    value = Math.min(value, 1e15);
    const log = tenLog(value);
    this.numberCount++; this.numbers.add(value); this.logs += log; this.lastLog = log;
    if (log > this.largest) this.largest = log;
    if (value < 10) this.small++;
    if (i - from === 2 && value === 10) this.#readPower(i);
  }

  /** `10^5`, `10^{9}` and `10 ** 6`: how large an input of a contest may be. */
  #readPower(at: number): void {
    let i = at;
    while (this.#code(i) === SPACE_CODE) i++;
    if (this.#code(i) === POWER) i++;
    else if (this.#code(i) === STAR && this.#code(i + 1) === STAR) i += 2;
    else return;
    this.tenPowers++;
    while (this.#code(i) === SPACE_CODE || this.#code(i) === OPEN_CURLY) i++;
    const digit = this.#code(i) - 48;
    if (digit < 0 || digit > 9) return;
    this.largestPower = Math.max(this.largestPower, digit);
    this.smallestPower = this.smallestPower < 0 ? digit : Math.min(this.smallestPower, digit);
  }

  #readMark(code: number): void {
    const next = this.#code(this.at + 1), before = this.#code(this.at - 1);
    if (code < 128) this.marks[code] = (this.marks[code] ?? 0) + 1;
    if (ENDS.has(code) && (next <= SPACE_CODE || code > 127)) this.#endSentence(this.at);
    switch (code) {
      case NEWLINE: this.#readBreak(before, next); break;
      case QUOTE: this.#readQuote(before); break;
      case WIDE_QUESTION: this.wideQuestions++; break;
      case EQUALS: this.#readEquals(before, next); break;
      case STAR: if (next === STAR && before !== STAR) this.doubleStars++; break;
      case OPEN_SQUARE: this.squareFrom = this.at; break;
      case COLON: if (this.squareFrom >= 0) { this.slices++; this.squareFrom = -1; } break;
      case CLOSE_SQUARE: this.squareFrom = -1; break;
      case UNDERSCORE: if (next === UNDERSCORE && before !== UNDERSCORE) this.blanks++; break;
      case DOLLAR: if (KIND[next] === DIGIT) this.dollars++; break;
      case LESS_OR_EQUAL: this.bounds++; break;
    }
  }

  #readBreak(before: number, next: number): void {
    this.lineFrom = this.at + 1; this.quoteFrom = -1; this.squareFrom = -1;
    if (before === NEWLINE) this.paragraphs++;
    if (next === HASH) this.headings++;
  }

  #readQuote(before: number): void {
    if (this.quoteFrom < 0) {
      if (KIND[before] !== LETTER) this.quoteFrom = this.at;
      return;
    }
    const length = this.at - this.quoteFrom - 1;
    this.quoted++; this.quotedChars += length; this.longestQuoted = Math.max(this.longestQuoted, length); this.quoteFrom = -1;
  }

  #readEquals(before: number, next: number): void {
    if (before === LESS) this.bounds++;
    if (next === EQUALS || before === EQUALS || before === LESS || before === GREATER || before === EXCLAMATION) return;
    if (before === PLUS || before === MINUS || before === STAR || before === SLASH) this.updates++;
    else this.assignments++;
  }

  #endSentence(at: number): void {
    const length = at - this.sentenceFrom;
    this.sentenceFrom = at + 1;
    if (length < 2) return;
    this.sentences++; this.lastSentence = length;
    if (length > this.longestSentence) this.longestSentence = length;
  }
}

/** Lines such as `B. 12`, `(c) none of these`: what there is to choose among. */
function optionsIn(text: string): { options: Option[]; stem: number } {
  const options: Option[] = [];
  let stem = text.length;
  for (let from = text.indexOf('\n') + 1; from > 0 && options.length < MOST_OPTIONS; from = text.indexOf('\n', from) + 1) {
    let at = from;
    while (text.charCodeAt(at) === SPACE_CODE) at++;
    if (text.charCodeAt(at) === OPEN) at++;
    const letter = text.charCodeAt(at), mark = text.charCodeAt(at + 1);
    if (letter < 65 || letter > 74 || (mark !== DOT && mark !== CLOSE && mark !== COLON)) continue;
    if (options.length === 0) stem = from;
    const end = text.indexOf('\n', at);
    options.push(readOption(text.slice(at + 2, end < 0 ? text.length : end).trim()));
  }
  return { options, stem };
}

function readOption(text: string): Option {
  const words: number[] = [];
  let hash = HASH_START, inWord = false, numeric = false;
  for (let i = 0; i <= text.length && words.length < MOST_OPTION_WORDS; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0, kind = KIND[code];
    if (kind === DIGIT) numeric = true;
    if (kind === LETTER || kind === DIGIT || kind === WIDE) { hash = hashStep(hash, code < 128 ? code | 32 : code); inWord = true; }
    else if (inWord) { if (!words.includes(hash)) words.push(hash); hash = HASH_START; inWord = false; }
  }
  const first = text.charCodeAt(0);
  return { length: text.length, numeric, titled: first >= 65 && first <= 90, words };
}

/** How many of their words two options share, on average over all pairs (Jaccard). */
function overlapOf(options: readonly Option[]): number {
  let sum = 0, pairs = 0;
  options.forEach(({ words }, i) => {
    for (const other of options.slice(0, i)) {
      const shared = words.filter((word) => other.words.includes(word)).length;
      sum += shared / Math.max(1, words.length + other.words.length - shared);
      pairs++;
    }
  });
  return pairs === 0 ? -1 : sum / pairs;
}

function optionCues(text: string): number[] {
  const { options, stem } = optionsIn(text), count = options.length;
  if (count === 0) return [0, -1, -1, -1, -1, -1, -1, -1, stem];
  const lengths = options.map(({ length }) => length), mean = lengths.reduce((sum, length) => sum + length, 0) / count;
  const spread = Math.sqrt(lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / count);
  const share = (is: (option: Option) => boolean): number => options.filter(is).length / count;
  return [count, mean, Math.max(...lengths), Math.min(...lengths), spread, share(({ numeric }) => numeric), share(({ titled }) => titled), overlapOf(options), stem];
}

/** The cues of a text in the order of {@link CUE_NAMES}; `chars` is the whole length of a prompt of which `text` is the part that is read. Pure, bounded by the length of `text`. */
export function readCues(text: string, chars = text.length): Float32Array {
  const r = new CueReader(text);
  r.readAll();
  const words = Math.max(1, r.wordCount), distinct = r.words.size;
  const topics = [...r.topics], marks = (code: number): number => r.marks[code] ?? 0;
  return Float32Array.from([
    r.numbers.size, r.largest, r.numberCount === 0 ? 0 : r.logs / r.numberCount, r.lastLog, r.small, r.numberCount / words,
    ...optionCues(text),
    distinct, distinct / words, r.letters / words, r.longest, r.first, r.names, r.names / words, r.acronyms, r.variableCount, r.variables.size,
    r.sentences, words / Math.max(1, r.sentences), r.longestSentence, r.lastSentence,
    r.methodCalls, r.called.size, r.calls, r.indexes, r.slices, r.updates, r.assignments, r.quoted, r.quotedChars, r.longestQuoted,
    r.commandCount, r.commands.size, r.fractions + marks(SLASH), marks(POWER) + r.doubleStars, r.bounds, r.tenPowers, r.largestPower, r.smallestPower,
    r.camel, r.snake, r.paths, marks(TICK), r.headings, r.paragraphs, marks(NEWLINE), r.blanks, marks(COMMA) / Math.max(1, text.length), r.dollars, marks(PERCENT), marks(OPEN), r.foreign,
    marks(QUESTION) + r.wideQuestions,
    text.length - r.lineFrom, chars,
    ...topics, ...topics.map((count) => count / words),
  ]);
}
