import assert from 'node:assert/strict';
import { diffLines } from 'diff';
import fc from 'fast-check';
import { aider } from '../../../../src/clients/aider.ts';
import { claudeCode } from '../../../../src/clients/claude-code.ts';
import { codex } from '../../../../src/clients/codex.ts';
import { planConnect, planDisconnect } from '../../../../src/clients/connect/plan.ts';
import { continueClient } from '../../../../src/clients/continue.ts';
import { opencode } from '../../../../src/clients/opencode.ts';
import type { Client } from '../../../../src/clients/types.ts';
import { contentOf } from '../support.ts';
import { generatedEnv, generatedModels, generatedProviders, generatedScalars, generatedToml } from './generated.ts';

interface Case {
  client: Client;
  texts: fc.Arbitrary<string>;
  /** Lines that hold a key of ours with the user's value may change. */
  mayChange: RegExp;
  comment: string;
}

const CASES: readonly Case[] = [
  { client: codex, texts: generatedToml, mayChange: /^(model|model_provider|model_catalog_json) = /, comment: '# mine' },
  { client: opencode, texts: generatedProviders, mayChange: /"(model|small_model)": |"(provider|enabled_providers)": [{[]/, comment: '// mine' },
  { client: claudeCode, texts: generatedEnv, mayChange: /"(ANTHROPIC_MODEL|apiKeyHelper)": |"env": \{ / , comment: '// mine' },
  { client: continueClient, texts: generatedModels, mayChange: /^models: \[/, comment: '# mine' },
  { client: aider, texts: generatedScalars, mayChange: /^(model|weak-model|openai-api-base|show-model-warnings):/, comment: '# mine' },
];
const ATTEMPTS = { numRuns: 60 };

for (const { client, texts, mayChange, comment } of CASES) {
  describe(`any configuration of ${client.title}`, () => {
    const content = contentOf(client);

    it('is the very same bytes again after connect and disconnect', () => {
      fc.assert(fc.property(texts, (text) => {
        const { text: connected, memory } = planConnect(text, content, null);
        assert.notEqual(connected, text);
        assert.equal(planDisconnect(connected, content, { memory, original: text }), text);
      }), ATTEMPTS);
    });

    it('keeps every line of others while it is connected', () => {
      fc.assert(fc.property(texts, (text) => {
        const { text: connected } = planConnect(text, content, null);
        const withoutMark = (one: string): string => one.replace('\ufeff', '');
        const removed = diffLines(withoutMark(text), withoutMark(connected)).filter((part) => part.removed).flatMap(({ value }) => value.split(/\r?\n/).filter((line) => line !== ''));
        assert.deepEqual(removed.filter((line) => !mayChange.test(line)), []);
      }), ATTEMPTS);
    });

    it('keeps what somebody writes into it meanwhile, and loses only what is ours', () => {
      fc.assert(fc.property(texts, (text) => {
        const { text: connected, memory } = planConnect(text, content, null);
        const eol = text.includes('\r\n') ? '\r\n' : '\n';
        assert.equal(planDisconnect(`${connected}${comment}${eol}`, content, { memory, original: text }), `${text}${comment}${eol}`);
      }), ATTEMPTS);
    });

    it('does not change when it is connected a second time', () => {
      fc.assert(fc.property(texts, (text) => {
        const first = planConnect(text, content, null);
        const second = planConnect(first.text, content, first.memory);
        assert.deepEqual(second, first);
      }), ATTEMPTS);
    });
  });
}
