// OpenFusion from a program: a plain answer, a streamed one, and the reason for the choice. `npm run smoke` is the same.
//   node examples/quickstart.mjs                             starts a gateway of its own on dry-run: no key, no model
//   node examples/quickstart.mjs http://127.0.0.1:8787/v1    asks the one that runs there
// Exit code 0: everything came as it should; 1: it did not.
import assert from 'node:assert/strict';
import { runExample } from './run-example.mjs';

const headers = { 'content-type': 'application/json', authorization: `Bearer ${process.env.OPENFUSION_API_KEY ?? 'any-key'}` };
const request = { model: 'openfusion/auto', messages: [{ role: 'user', content: 'Debug this flaky API test and propose a minimal patch' }] };

/** Sends one request; an answer that is no success is an error with the gateway's own words. */
async function post(url, body) {
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response;
}

async function plain({ baseURL }) {
  const response = await post(`${baseURL}/chat/completions`, request);
  const { choices, openfusion } = await response.json();
  console.log('1. A plain answer');
  console.log(`   model     ${response.headers.get('x-openfusion-model')}`);
  console.log(`   strategy  ${response.headers.get('x-openfusion-strategy')} (${openfusion.auto.reason})`);
  console.log(`   answer    ${choices[0].message.content}\n`);
  assert.equal(choices[0].finish_reason, 'stop');
  assert.ok(choices[0].message.content.length > 0, 'the answer is empty');
}

async function streamed({ baseURL }) {
  const response = await post(`${baseURL}/chat/completions`, { ...request, stream: true });
  const decoder = new TextDecoder();
  let buffer = '', text = '', pieces = 0, finished = '', done = false;
  for await (const bytes of response.body) {
    buffer += decoder.decode(bytes, { stream: true });
    const events = buffer.split('\n\n');
    buffer = events.pop();
    for (const event of events) {
      // Lines that begin with a colon are comments: they keep the connection alive.
      if (!event.startsWith('data: ')) continue;
      if (event === 'data: [DONE]') { done = true; continue; }
      const [choice] = JSON.parse(event.slice(6)).choices;
      finished = choice?.finish_reason ?? finished;
      if (!choice?.delta?.content) continue;
      text += choice.delta.content;
      pieces += 1;
    }
  }
  console.log('2. The same as a stream');
  console.log(`   ${pieces} pieces, ${text.length} characters, finish_reason ${finished}\n`);
  assert.ok(pieces > 0, 'no text came');
  assert.ok(done && finished === 'stop', 'the stream broke off');
}

async function why({ origin }) {
  const plan = await (await post(`${origin}/debug/route`, request)).json();
  console.log('3. Why (POST /debug/route, no model is called)');
  for (const sentence of plan.explanation) console.log(`   - ${sentence}`);
  assert.ok(plan.candidates.length > 0 && plan.strategy !== undefined, 'there is no plan');
}

await runExample(async (gateway) => {
  console.log(`Gateway: ${gateway.baseURL}\n`);
  await plain(gateway);
  await streamed(gateway);
  await why(gateway);
});
