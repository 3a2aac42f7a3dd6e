import assert from 'node:assert/strict';
import { CHINESE } from '../../../../src/routing/profile/words/chinese.ts';
import { ENGLISH } from '../../../../src/routing/profile/words/english.ts';
import { readSignals, type Reading } from '../../../../src/routing/profile/signals.ts';
import type { Domain } from '../../../../src/routing/types.ts';

const read = (text: string): Reading => readSignals(text, text.length);
const evidence = (text: string, kind: string): string | undefined => read(text).signals.find((signal) => signal.kind === kind)?.evidence;

describe('signals of a task', () => {
  it('name the words that they come from, as they stand in the text', () => {
    assert.equal(evidence('Debug this flaky API test and propose a minimal patch', 'coding'), 'Debug, flaky, API, test, patch');
    assert.equal(evidence('Review this patch for security risks', 'verification'), 'Review, security, risks');
    assert.equal(evidence('Review this patch for security risks', 'risk'), 'security, risks');
  });

  it('count a word once, in whatever form it comes back', () => {
    assert.equal(read('bug').skillSums.coding, read('bug bugs BUG Bugs buggy').skillSums.coding);
    assert.equal(evidence('bug bugs BUG', 'coding'), 'bug');
  });

  it('count whole words only', () => {
    assert.deepEqual(read('latest contest debugger unfixed prefixes codes classy').signals, []);
  });

  it('do not count paths, identifiers, flags and domains', () => {
    assert.deepEqual(read('see add.test.js, src/test/review.tsx, my_bug_list, node --test, fix.example.com, @design/system').signals.filter(({ kind }) => kind !== 'language' && kind !== 'domain'), []);
    assert.equal(evidence('The test.', 'verification'), 'test');
    assert.equal(evidence('a node.js server', 'coding'), 'node.js, server');
  });

  it('know phrases, with any white space or hyphen between their words', () => {
    assert.equal(evidence('a race\ncondition and a Race Condition', 'risk'), 'race\ncondition');
    assert.equal(evidence('the trade-offs', 'reasoning'), 'trade-offs');
    assert.equal(read('race conditioner').signals.length, 0);
  });

  it('read Chinese, with English words in it', () => {
    assert.equal(evidence('请重构登录模块并修复安全漏洞，然后写test', 'coding'), '重构, 登录, 模块, 修复, test');
    assert.equal(evidence('请重构登录模块并修复安全漏洞', 'risk'), '登录, 安全, 漏洞');
    assert.equal(evidence('設計分布式系統的架構並權衡取捨', 'reasoning'), '設計, 分布式, 架構, 權衡');
  });

  it('keep their evidence within 60 characters', () => {
    const many = 'debug bug fix error crash fail traceback broken flaky deadlock implement add create code function component api server gateway';
    for (const { evidence: words } of read(many).signals) assert.ok(words.length <= 60, words);
  });

  it('say nothing about a text that says nothing', () => {
    const { signals, complexityEvidence, domain, risk } = read('do what we talked about');
    assert.deepEqual({ signals, complexityEvidence, domain, risk }, { signals: [], complexityEvidence: false, domain: 'other', risk: 0 });
  });
});

describe('complexity and risk', () => {
  it('lie between 0 and 1 and rise with every further sign', () => {
    const steps = ['refactor', 'refactor the distributed scheduler', 'refactor the distributed scheduler across the codebase, prove its correctness and fix the deadlock'];
    const complexities = steps.map((text) => read(text).complexity);
    assert.deepEqual(complexities, complexities.toSorted((a, b) => a - b));
    assert.ok((complexities.at(-1) ?? 1) < 1 && (complexities[0] ?? 0) > read('x').complexity);
  });

  it('is lower for a small task and in the middle when nothing is known', () => {
    assert.equal(read('x').complexity, 0.35);
    assert.ok(read('fix a typo').complexity < 0.2);
    assert.ok(read('改个错别字').complexity < 0.2);
  });

  it('grows with the length of the ask and with the number of its points', () => {
    const long = readSignals('x', 6_000);
    assert.equal(long.signals[0]?.evidence, '6000 characters');
    assert.ok(long.complexity > readSignals('x', 2_000).complexity && readSignals('x', 2_000).complexity > 0.35);
    assert.equal(read('Do:\n- one\n- two\n3. three\n').signals[0]?.evidence, '3 points');
  });
});

describe('the domain', () => {
  const cases: [string, Domain][] = [
    ['The test in add.test.js fails. Fix the bug in add.js', 'debug'], ['Implement a rate limiter', 'implement'], ['Refactor the parser into two modules', 'refactor'],
    ['Review this patch for security risks and missing tests', 'review'], ['Write unit tests for the date parser', 'test'], ['Explain how the event loop works', 'explain'],
    ['Compare two architectures for an API relay', 'architecture'], ['Polish the README', 'docs'], ['Load the CSV into a dataframe and aggregate it', 'data'],
    ['Prove that the sum is even', 'maths'], ['hello there', 'chat'], ['do it like before', 'other'],
    ['修复登录崩溃的问题', 'debug'], ['实现一个限流器', 'implement'], ['重构解析器', 'refactor'], ['审查这个补丁的安全风险', 'review'], ['给日期解析写单元测试', 'test'],
    ['解释事件循环', 'explain'], ['比较两种架构方案', 'architecture'], ['润色说明文档', 'docs'], ['统计这个数据集', 'data'], ['证明这个定理', 'maths'], ['你好', 'chat'],
  ];
  for (const [text, domain] of cases) it(`of "${text}" is ${domain}`, () => { assert.equal(read(text).domain, domain); });
});

describe('the word lists', () => {
  const forms = [...ENGLISH, ...CHINESE].flatMap(([words]) => words.split('|'));

  it('hold nothing that can never match', () => {
    for (const form of forms) {
      assert.equal(form, form.toLowerCase().trim(), form);
      assert.ok(read(` ${form} `).signals.length > 0 || read(` ${form} `).domain !== 'other', `${form} is not found in itself`);
    }
  });

  it('name no form twice for the same idea', () => {
    for (const [words] of [...ENGLISH, ...CHINESE]) assert.equal(new Set(words.split('|')).size, words.split('|').length, words);
  });
});
