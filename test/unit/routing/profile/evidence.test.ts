import assert from 'node:assert/strict';
import { readSignals, type Reading } from '../../../../src/routing/profile/signals.ts';
import type { Domain } from '../../../../src/routing/types.ts';

const read = (text: string): Reading => readSignals(text, text.length);
const reasons = (text: string, kind = 'domain'): string[] => read(text).signals.filter((signal) => signal.kind === kind).map(({ reason }) => reason);

/** Texts with no word of any tongue that asks for anything. */
const FORMS: readonly (readonly [reason: string, domain: Domain, text: string])[] = [
  ['a stack trace', 'debug', 'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\nKeyError: 7'],
  ['a stack trace', 'debug', 'java.lang.IllegalStateException: x\n\tat com.a.B.c(B.java:12)'],
  ['a stack trace', 'debug', 'TypeError: x is not a y\n    at load (/srv/a.js:10:5)'],
  ['a stack trace', 'debug', 'goroutine 1 [running]:\nmain.main()'],
  ['a stack trace', 'debug', "thread 'main' panicked at src/main.rs:4:5"],
  ['a stack trace', 'debug', '   at Shop.Cart.Add() in C:\\src\\Cart.cs:line 9'],
  ['a stack trace', 'debug', 'PHP Fatal error:  Uncaught Q in /a.php:3'],
  ['a stack trace', 'debug', '```\nValueError: x\n```'],
  ['an error with its place in a file', 'debug', 'src/a.c:12:5: x'],
  ['an error with its place in a file', 'debug', 'src/a.ts(12,5): x'],
  ['an error with its place in a file', 'debug', 'error[E0382]: x'],
  ['output of a failing test', 'debug', '--- FAIL: X (0.00s)'],
  ['output of a failing test', 'debug', 'FAIL src/x.spec.ts'],
  ['output of a failing test', 'debug', 'E   x == 1'],
  ['a line of an error log', 'debug', '[ERROR] x'],
  ['the form of a bug report', 'debug', '### 复现步骤\n1. x'],
  ['the form of a bug report', 'debug', '**Erwartetes Verhalten**\nx'],
  ['a diff', 'review', 'diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b'],
  ['a link to a change', 'review', 'https://git.example.com/a/b/pull/12'],
  ['a link to an issue', 'debug', 'https://git.example.com/a/b/issues/12'],
  ['a statement of SQL', 'data', 'SELECT x FROM y'],
  ['a file of data', 'data', 'x/y.parquet'],
  ['a problem with input, output and limits', 'implement', '-----Input-----\nn\n-----Output-----\nk'],
  ['a function without its body', 'implement', 'def f(n: int) -> int:\n    """ x """\n    pass'],
  ['a request about a place in the code', 'implement', 'src/a.ts x'],
  ['a list of requirements', 'implement', 'x:\n- a\n- b\n- c'],
  ['options to choose from', 'other', 'x\nA. a\nB. b\nC. c\nD. d'],
  ['formulae', 'maths', '\\frac{1}{2} \\cdot x^2'],
  ['formulae', 'maths', '$x$'],
  ['a question about numbers, without code', 'maths', 'x 3 y 4 z 12?'],
  ['a question', 'explain', 'x y z？'],
];

describe('the form of a text', () => {
  for (const [reason, domain, text] of FORMS) {
    it(`shows ${reason} in ${JSON.stringify(text.slice(0, 44))}, without a word that asks`, () => {
      assert.equal(read(text).domain, domain);
      assert.ok(reasons(text).includes(`${domain}: ${reason}`), reasons(text).join('; '));
    });
  }

  it('names the line that it is seen by, within 60 characters', () => {
    const long = `java.lang.IllegalStateException: ${'x'.repeat(200)}`;
    const found = read(long).signals.find(({ kind }) => kind === 'domain');
    assert.equal(found?.evidence, long.slice(0, 60));
  });

  it('is not taken for what it only looks like', () => {
    assert.deepEqual(reasons('It costs $5 and $7, set $HOME/$USER to C:\\text'), []);
    assert.deepEqual(reasons('A. said B. to me'), []);
    assert.deepEqual(reasons('at 12:30 we met'), []);
    assert.deepEqual(reasons('v1.2.3 and 10.0.0.1 and e.g. this'), []);
  });

  it('lets the words of pasted code say nothing of what is asked', () => {
    const pasted = '```js\n// TODO refactor, review, debug this test\nfix(bug);\n```';
    assert.equal(read(`Explain this:\n${pasted}`).domain, 'explain');
    assert.equal(read(`Explain this:\n    refactor(bug, test);\n    review(error);`).domain, 'explain');
  });

  it('makes less of the length of what is pasted', () => {
    const pasted = read(`x\n\`\`\`\n${'call(x);\n'.repeat(900)}\`\`\``), written = read('qqq zzz yyy '.repeat(700));
    assert.ok(pasted.complexity < written.complexity);
    assert.equal(pasted.signals.find(({ kind }) => kind === 'complexity')?.reason, 'a long request, most of it pasted');
  });

  it('makes a command that destroys a risk, and a file of migrations', () => {
    assert.deepEqual(reasons('mkfs /dev/sda1', 'risk'), ['a command that destroys']);
    assert.deepEqual(reasons('src/auth/token.ts', 'risk'), ['a place where mistakes are dear']);
  });
});

const LANGUAGES: readonly (readonly [language: string | null, text: string])[] = [
  ['python', 'x\n```python\ny\n```'], ['rust', 'x ./src/lib.rs'], ['typescript', 'x.test.ts'], ['c#', 'Cart.cs'], ['go', 'go.mod'], ['javascript', 'package.json'], ['c++', '#include <iostream>\nint main() {'],
  ['java', 'public class A {\n  private final int b;\n}'], ['php', '<?php\necho 1;'], ['kotlin', 'fun main() {\n    val a = 1\n}'], ['sql', 'SELECT a FROM b'], ['shell', '#!/bin/bash\nset -e'], ['ruby', 'x\n```rb\ny\n```'],
  ['typescript', '```src/app.ts (1-20)\nlet a = 1\n```'], ['python', '用 Python 做'], ['c++', 'in C++ please'], [null, 'go on with the swift reply'], ['python', 'README.md and main.py'], [null, 'react to the express mail'],
  ['python', 'main.py, util.py and one helper.js'],
];

describe('the programming language', () => {
  for (const [language, text] of LANGUAGES) {
    it(`of ${JSON.stringify(text.slice(0, 40))} is ${language ?? 'not known'}`, () => { assert.equal(read(text).language, language); });
  }

  it('names what tells it', () => {
    assert.deepEqual(read('x src/a.py').signals.find(({ kind }) => kind === 'language'), { kind: 'language', score: 1.2, evidence: 'src/a.py', reason: 'python: a file name' });
  });
});

describe('a text made to be slow to read', () => {
  const MEAN = ['`'.repeat(8_000), '\\'.repeat(8_000), '$'.repeat(8_000), '$a'.repeat(4_000), '.a'.repeat(4_000), '\n'.repeat(8_000), 'a.py '.repeat(1_600), '@@ -\n'.repeat(1_600), '```\n'.repeat(2_000), 'at '.repeat(2_600), '#'.repeat(8_000), 'A.\n'.repeat(2_600), '('.repeat(8_000), '?'.repeat(8_000), '://'.repeat(2_600), '还是'.repeat(4_000), 'the '.repeat(2_000)];

  it('is read in a bounded number of steps, and does not throw', () => {
    for (const text of MEAN) assert.ok(Number.isFinite(read(text).complexity), text.slice(0, 4));
  });

  it('takes no property of all objects for the language of a fence', () => {
    for (const info of ['constructor', '__proto__']) assert.equal(read(`\`\`\`${info}\nx\n\`\`\`\nfix this`).language, null);
  });
});
