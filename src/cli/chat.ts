import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { App } from '../app.ts';
import type { AnswerEvent } from '../protocol/answer.ts';
import { parseChatRequest } from '../protocol/chat/parse.ts';
import { createRedactor } from '../trace/redact.ts';
import { ChatAnswer } from './chat-answer.ts';
import type { Call, Cli } from './command.ts';
import { CliFailure, EXIT } from './failure.ts';
import type { ExitCode } from './failure.ts';
import { openApp } from './open-app.ts';
import { forTerminal, oneLine, tell, usd, write, writeJson } from './output.ts';
import { promptFrom } from './prompt.ts';
import { announce, readSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import { unknownCommandHint } from './unknown-command.ts';
import type { World } from './world.ts';

interface ChatOptions {
  model: string;
}

export function addChat(program: Command, cli: Cli): void {
  program
    .command('chat', { isDefault: true })
    .description('Run one request and stream the answer. The default: a prompt alone is a chat.')
    .argument('[prompt...]', 'the prompt, in quotes; without one, or with `-`, it is read from stdin')
    .option('--model <id>', 'openfusion/auto, openfusion/fusion, openfusion/<role> or openfusion/<candidate>', 'openfusion/auto')
    .action(cli.action<ChatOptions, [string[]]>(async (call) => {
      refuseMistypedCommand(call, program);
      const { world, options, args: [words] } = call;
      const settings = await readSettings(world, options);
      const prompt = await promptFrom(words, world);
      announce(world, settings);
      const app = openApp(world, settings);
      try {
        return await chat(app, { world, settings, prompt, model: options.model, json: options.json === true });
      } finally {
        await app.close();
      }
    }));
}

/** Only where `chat` itself was not typed: then a lone word is meant as a command. */
function refuseMistypedCommand({ args: [words] }: Call<ChatOptions, [string[]]>, program: Command): void {
  if (program.args[0] === 'chat') return;
  const hint = unknownCommandHint(words, program.commands.map((command) => command.name()));
  if (hint !== null) throw new CliFailure(hint);
}

interface ChatRun {
  world: World;
  settings: Settings;
  prompt: string;
  model: string;
  json: boolean;
}

async function chat(app: App, { world, settings, prompt, model, json }: ChatRun): Promise<ExitCode> {
  const request = parseChatRequest(Buffer.from(JSON.stringify({ model, messages: [{ role: 'user', content: prompt }], stream: true, stream_options: { include_usage: true } })));
  if (!request.ok) throw new CliFailure(request.error.message);
  const left = new AbortController();
  const stopListening = world.onInterrupt(() => { left.abort(); });
  const traceId = randomUUID();
  const context = { traceId, startedAtMs: world.nowMs(), headers: { 'user-agent': `openfusion-cli/${world.version}` } };
  const answer = new ChatAnswer();
  try {
    const redactor = createRedactor(settings.keyring.values());
    await stream(app.engine.answer(request.value, context, left.signal), answer, json ? null : new Display(world, redactor.createTextStreamRedactor()));
    if (left.signal.aborted) throw new CliFailure('interrupted', EXIT.unwell);
    if (answer.error !== null) throw new CliFailure(answer.error.message, EXIT.unwell);
    if (json) await writeJson(world, redactor.redactDeep({ ...answer.completion(traceId, context.startedAtMs, model), trace: (await app.traces.get(traceId)) ?? null }));
    else tell(world, footer(answer));
    return EXIT.ok;
  } finally {
    stopListening();
  }
}

/** Text as it comes, with keys masked and nothing that could steer a terminal. */
class Display {
  private readonly world: World;
  private readonly redactor: { push(piece: string): string; flush(): string };
  private last = '\n';

  constructor(world: World, redactor: { push(piece: string): string; flush(): string }) {
    this.world = world;
    this.redactor = redactor;
  }

  async show(text: string): Promise<void> {
    await this.write(this.redactor.push(text));
  }

  async end(): Promise<void> {
    await this.write(this.redactor.flush());
    if (this.last !== '\n') await write(this.world.stdout, '\n');
  }

  private async write(text: string): Promise<void> {
    const shown = forTerminal(text);
    if (shown === '') return;
    this.last = shown.at(-1) ?? '\n';
    await write(this.world.stdout, shown);
  }
}

async function stream(events: AsyncIterable<AnswerEvent>, answer: ChatAnswer, display: Display | null): Promise<void> {
  for await (const event of events) {
    const text = answer.take(event);
    if (text !== '') await display?.show(text);
  }
  await display?.end();
}

function footer(answer: ChatAnswer): string {
  const { openfusion, served } = answer;
  const auto = openfusion.auto as { mode?: unknown } | undefined;
  const strategy = served?.strategy ?? (typeof auto?.mode === 'string' ? auto.mode : '?');
  const model = served?.model ?? (typeof openfusion.model === 'string' ? openfusion.model : '?');
  const fallback = served?.fallback == null ? '' : `, fallback: ${served.fallback}`;
  return oneLine(`openfusion: ${strategy} · ${model}${fallback} · ${usd(answer.costUsd)}`);
}
