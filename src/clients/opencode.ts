import { familyMember } from './opencode-family.ts';

export const opencode = familyMember({
  id: 'opencode', title: 'OpenCode', command: 'opencode', folder: 'opencode', names: ['opencode.jsonc', 'opencode.json', 'config.json'],
  fileVariable: 'OPENCODE_CONFIG', schema: 'https://opencode.ai/config.json',
});
