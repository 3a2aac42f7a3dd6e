// One tool call there and back, as every coding agent does it: the model asks for a tool, the program runs it, the model answers.
//   node examples/tool-round-trip.mjs                             starts a gateway of its own on dry-run: no key, no model
//   node examples/tool-round-trip.mjs http://127.0.0.1:8787/v1    asks the one that runs there
// Exit code 0: everything came as it should; 1: it did not.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { runExample } from './run-example.mjs';

// What the model may call, and what we do when it does. It can name one file and no other.
const tools = [{
  type: 'function',
  function: {
    name: 'read_file',
    description: 'Read a file of this project',
    parameters: { type: 'object', properties: { path: { type: 'string', enum: ['tsconfig.json'] } }, required: ['path'] },
  },
}];
const run = { read_file: ({ path }) => readFile(new URL(`../${path}`, import.meta.url), 'utf8') };

// With a session id the gateway need not guess which conversation this is. Without one it goes by the start of the conversation.
const headers = { 'content-type': 'application/json', authorization: `Bearer ${process.env.OPENFUSION_API_KEY ?? 'any-key'}`, 'x-session-id': `example-${process.pid}` };

async function ask({ baseURL }, messages, toolChoice) {
  const response = await fetch(`${baseURL}/chat/completions`, {
    method: 'POST', headers, body: JSON.stringify({ model: 'openfusion/auto', messages, tools, tool_choice: toolChoice }),
  });
  if (!response.ok) throw new Error(`the gateway answered ${response.status}: ${await response.text()}`);
  const { choices: [choice], openfusion } = await response.json();
  console.log(`${response.headers.get('x-openfusion-model')} answers (${openfusion.auto.turn}, ${openfusion.auto.reason})`);
  return { ...choice, model: openfusion.model, reason: openfusion.auto.reason };
}

await runExample(async (gateway) => {
  const messages = [{ role: 'user', content: 'Is TypeScript strict in this project? tsconfig.json says it.' }];
  const first = await ask(gateway, messages, 'required');
  assert.equal(first.finish_reason, 'tool_calls');

  const [call] = first.message.tool_calls;
  const result = await run[call.function.name](JSON.parse(call.function.arguments));
  console.log(`  calls ${call.function.name}(${call.function.arguments}): ${result.length} characters`);
  messages.push(first.message, { role: 'tool', tool_call_id: call.id, content: result });

  const second = await ask(gateway, messages, 'auto');
  console.log(`  ${second.message.content}`);
  assert.equal(second.finish_reason, 'stop');
  assert.equal(second.reason, 'tool_loop');
  assert.equal(second.model, first.model, 'a tool loop stays on the model that began it');
});
