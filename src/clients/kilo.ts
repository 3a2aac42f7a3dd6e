import { familyMember } from './opencode-family.ts';

/** Kilo: its editor extension reads the same file as its command line. */
export const kilo = familyMember({
  id: 'kilo', title: 'Kilo', command: 'kilo', folder: 'kilo', names: ['kilo.jsonc', 'kilo.json', 'config.json'],
  fileVariable: 'KILO_CONFIG', schema: 'https://app.kilo.ai/config.json',
});
