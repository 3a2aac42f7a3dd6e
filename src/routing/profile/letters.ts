/** What kind of character a UTF-16 code unit is to the readers of a task, and how it is written when case and accents do not count. */

export const LETTER = 1, DIGIT = 2, WIDE = 4, MARK = 8;
export const ALNUM = LETTER | DIGIT;

const MARKS = '$\\^?？√∑∫∏≤≥≠≡∞∈±×÷²³π∂';

/** Kind of every UTF-16 code unit; 0 is none of them. `WIDE` are characters of scripts that put no spaces between words, or hang endings on them. */
export const KIND = new Uint8Array(1 << 16);
KIND.fill(DIGIT, 48, 58);
KIND.fill(LETTER, 65, 91);
KIND.fill(LETTER, 97, 123);
KIND.fill(LETTER, 0xc0, 0x250);
KIND.fill(LETTER, 0x400, 0x530);
KIND.fill(WIDE, 0x3040, 0x3100);
KIND.fill(WIDE, 0x3400, 0xa000);
KIND.fill(WIDE, 0xac00, 0xd7a4);
for (const mark of MARKS) KIND[mark.charCodeAt(0)] = MARK;

/** Lower case, without accents: `É` → `e`, `Ё` → `е`. Line ends and tabs are blanks, a curly apostrophe is a straight one. */
export const FOLD = Uint16Array.from({ length: 1 << 16 }, (_, code) => {
  if (code === 9 || code === 10 || code === 13) return 32;
  if (code === 0x2019) return 39;
  if (KIND[code] !== LETTER) return code;
  const lower = String.fromCharCode(code).toLowerCase();
  const base = lower === 'й' ? lower : lower.normalize('NFD');
  return base.charCodeAt(0);
});

/** A form of the word lists as texts are compared with it. */
export const folded = (text: string): string => Array.from(text, (char) => (char.length > 1 ? char : String.fromCharCode(FOLD[char.charCodeAt(0)] ?? 0))).join('');

export const isWordChar = (code: number): boolean => ((KIND[code] ?? 0) & ALNUM) !== 0;
/** A letter of a script that the word lists do not know. */
export const isForeignLetter = (code: number): boolean => code >= 0xc0 && code < 0x2000 && KIND[code] === 0;
