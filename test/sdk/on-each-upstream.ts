import assert from 'node:assert/strict';
import type { ConfigInput } from '../../src/config/schema.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, toolCalls, toolResults, type ScriptedUpstream, type ScriptFunction, type Wire } from '../support/scripted-upstream.ts';

/** What a test of an SDK talks to: a real gateway in front of a scripted model that speaks one format. */
export interface Stage {
  readonly wire: Wire;
  readonly model: ScriptedUpstream;
  readonly gateway: TestGateway;
}

/** Declares the same tests for upstreams of each wire format. The upstream must not have refused anything by the end of each. */
export function onEachUpstream(what: string, declare: (stage: () => Stage) => void): void {
  for (const wire of ['chat', 'responses', 'messages'] as const) {
    describe(`${what} on a ${wire} upstream`, () => {
      let stage: Stage | undefined;

      before(async () => {
        const model = await startScriptedUpstream({ script: text('unscripted'), wires: [wire] });
        stage = { wire, model, gateway: await startGateway(configFor(wire, model.baseURL)) };
      });

      afterEach(() => { assert.deepEqual(stage?.model.refused, []); });

      after(async () => {
        await stage?.gateway.close();
        await stage?.model.close();
      });

      declare(() => stage ?? assert.fail('not started'));
    });
  }
}

/** A gateway in front of an upstream that speaks this one format. */
export function configFor(wire: Wire, baseURL: string, more: ConfigInput = {}): ConfigInput {
  return { upstream: { kind: wire === 'messages' ? 'anthropic' : 'openai', baseURL, protocols: [wire] }, ...more };
}

/** 1 pixel, red. */
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

/** A model that looks up two cities at once, and then says what it was told. */
export const weatherAgent: ScriptFunction = ({ conversation }) => {
  const told = toolResults(conversation);
  const calls = [{ name: 'weather', arguments: { city: 'Paris' } }, { name: 'weather', arguments: { city: 'Zürich' } }];
  return told.length === 0 ? toolCalls(calls, { say: 'Let me look.' }) : text(`I was told: ${told.join(' and ')}.`);
};

export const weatherIn = (city: string): string => `sun in ${city}`;
export const WEATHER_REPORT = 'I was told: sun in Paris and sun in Zürich.';

/** The parameters of the weather tool. */
export const WEATHER_PARAMETERS = { type: 'object' as const, properties: { city: { type: 'string' as const } }, required: ['city'], additionalProperties: false };
export const CITY_SCHEMA = { type: 'object' as const, properties: { city: { type: 'string' as const }, people: { type: 'number' as const } }, required: ['city', 'people'], additionalProperties: false };
