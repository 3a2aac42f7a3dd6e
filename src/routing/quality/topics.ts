/**
 * Words that tell what a prompt is about and what it asks for. They are cues beside the shape of a text, its marks and its numbers, which need no
 * language; what each is worth was learned.
 */
const TOPICS = {
  code: 'def return for while if else in range len append import class print lambda function method variable const let var public void int str list dict null true false',
  negation: 'not no never except without neither nor cannot least incorrect none',
  amounts: 'half third quarter twice double triple percent times each every per fraction ratio average total remaining left more less than fewer',
  comparison: 'best most likely primarily according following describes statement statements correct',
  maths: 'integer integers polynomial triangle circle probability prime real complex matrix equation angle sequence digits sum product area radius modulo divisible roots log sin cos theorem',
  contest: 'input output test cases array string integers print constraints sample given length elements minimum maximum return sequence operation operations tree graph vertices edges grid subsequence permutation',
  law: 'court defendant plaintiff law contract statute jury state property crime murder liable trial evidence rights',
  medicine: 'patient disease treatment blood symptoms clinical cell cells drug pain diagnosis infection woman man',
  science: 'energy force mass atom molecule reaction electron gas temperature acid light pressure velocity water earth protein compound',
  who: 'who name whose whom',
  what: 'what which',
  when: 'when year date century day month',
  how: 'how why explain',
  many: 'many much',
  names: 'author band album film movie song city country king president novel actor singer played wrote won first capital series team',
  morals: 'moral wrong ethical scenario right duty',
  asking: 'calculate compute determine find prove show evaluate simplify solve',
  fixing: 'error bug fix issue expected actual behavior fails exception traceback should reproduce version crash broken regression failing',
  building: 'add support implement feature create build write update change refactor test tests configure install run server file files api user',
  loops: 'for while foreach until',
  branches: 'if elif else switch case try except catch break continue yield',
} as const;

export const TOPIC_NAMES = Object.keys(TOPICS) as readonly (keyof typeof TOPICS)[];

/** One step of a word's hash, by the code of a lower-case character (FNV-1a). */
export const hashStep = (hash: number, code: number): number => Math.imul(hash ^ code, 16_777_619);
export const HASH_START = 0x811c9dc5 | 0;

export function hashOf(word: string): number {
  let hash = HASH_START;
  for (let i = 0; i < word.length; i++) hash = hashStep(hash, word.charCodeAt(i));
  return hash;
}

const topicBits = new Map<number, number>();
TOPIC_NAMES.forEach((name, topic) => {
  for (const word of TOPICS[name].split(' ')) {
    const hash = hashOf(word);
    topicBits.set(hash, (topicBits.get(hash) ?? 0) | (1 << topic));
  }
});

/** The topics of a word by its hash: one bit for each of {@link TOPIC_NAMES}. */
export const topicsOf = (hash: number): number => topicBits.get(hash) ?? 0;
