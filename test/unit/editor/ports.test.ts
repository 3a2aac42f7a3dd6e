import assert from 'node:assert/strict';
import { portProblem } from '../../../src/editor/ports.ts';
import { inEnglish } from '../../../src/editor/translate.ts';

describe('a port as typed', () => {
  it('is a whole number that a port can be', () => {
    for (const text of ['1', '8787', '65535']) assert.equal(portProblem(text, inEnglish), null, text);
  });

  it('is refused otherwise', () => {
    for (const text of ['', '0', '65536', '80.5', '-1', 'http', '1e3', '087870']) assert.equal(portProblem(text, inEnglish), 'A whole number from 1 to 65535', text);
  });
});
