import assert from 'node:assert/strict';
import { unknownCommandHint } from '../../../src/cli/unknown-command.ts';

const commands = ['chat', 'route', 'serve', 'models', 'doctor'];

describe('a word that is no command', () => {
  it('brings up the command that was meant', () => {
    assert.match(unknownCommandHint(['serv'], commands) ?? '', /Did you mean `openfusion serve`\?/);
    assert.match(unknownCommandHint(['doctr', 'x'], commands) ?? '', /`openfusion doctor`/);
  });

  it('lists the commands when none is near, and says how to send it as a prompt', () => {
    const hint = unknownCommandHint(['frobnicate'], commands) ?? '';
    assert.match(hint, /Commands: chat, route, serve/);
    assert.match(hint, /openfusion chat frobnicate/);
  });

  it('is a prompt when it does not look like a command', () => {
    for (const words of [['Review this patch'], ['Hello'], ['fix it'], ['why?'], ['修复'], [], ['-']]) assert.equal(unknownCommandHint(words, commands), null, words.join());
  });
});
