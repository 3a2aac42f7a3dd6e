import assert from 'node:assert/strict';
import { parseConfig, parseConfigText } from '../../../src/config/load.ts';
import { starterConfig } from '../../../src/cli/starter-config.ts';

describe('the file that init writes', () => {
  it('means the same as no file at all', () => {
    const written = parseConfigText(starterConfig(), 'written');
    const none = parseConfig({}, 'none');
    assert.ok(written.ok && none.ok);
    assert.deepEqual(written.config.auto, none.config.auto);
    assert.deepEqual(written.config.fusion, none.config.fusion);
    assert.deepEqual(written.config.roles, none.config.roles);
    assert.deepEqual(written.config.upstreams, none.config.upstreams);
    assert.deepEqual(written.notes, []);
  });

  it('lets a role’s model reach Auto by changing one line', () => {
    const edited = starterConfig().replace('"model": "~openai/gpt-mini-latest"', '"model": "my/model"');
    const parsed = parseConfigText(edited, 'edited');
    assert.ok(parsed.ok);
    assert.equal(parsed.config.auto.candidates.find(({ id }) => id === 'fast')?.model, 'my/model');
  });
});
