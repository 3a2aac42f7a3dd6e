import assert from 'node:assert/strict';
import { absoluteFile, isConfigFile } from '../../../src/editor/config-file.ts';

describe('the path of the config file', () => {
  it('may begin at the home folder', () => assert.equal(absoluteFile('~/a/of.json', '/home/me'), '/home/me/a/of.json'));
  it('stays when it is absolute', () => assert.equal(absoluteFile('/etc/of.json', '/home/me'), '/etc/of.json'));
  it('is never taken from the workspace', () => assert.equal(absoluteFile('of.json', '/home/me'), '/home/me/of.json'));
});

describe('a config file', () => {
  it('is known by its name', () => {
    assert.ok(isConfigFile('/a/openfusion.config.json') && isConfigFile('C:\\a\\openfusion.config.jsonc'));
    assert.ok(!isConfigFile('/a/my-openfusion.config.json') && !isConfigFile('/a/config.json'));
  });
});
