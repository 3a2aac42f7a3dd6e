/**
 * Owns a port or attaches to the one who does: listen; where the port is taken ask who is there; attach when it is one of
 * ours, and take over when it goes.
 */
import { setTimeout as sleepMs } from 'node:timers/promises';
import { attach } from './attach.ts';
import type { Attachment } from './attach.ts';
import type { OwnerSecrets } from './challenge.ts';
import { claimPort } from './claim.ts';
import { freePortNear } from './free-port.ts';
import type { OwnPort, OwnPortOptions, OwnPortState, World } from './own-port-types.ts';
import { describeOwner, removeOwner, writeOwner } from './owner-file.ts';
import type { OwnerInfo } from './owner-file.ts';
import { probeOwner } from './probe.ts';

export type { ListenResult, OwnPort, OwnPortOptions, OwnPortState, World } from './own-port-types.ts';

const REAL_WORLD: World = {
  probe: probeOwner, attach, writeOwner, removeOwner, freePortNear,
  sleep: (delayMs, signal) => sleepMs(delayMs, undefined, { signal }).catch(() => undefined),
};

/** Spread of take-overs, ms: short, because agents wait, and only one of those who ask at once gets the port anyway. */
const JITTER_MS = 20;
/** How much longer each further round without success waits, and at most, ms. */
const STEP_MS = 100, MAX_STEPS_MS = 1_000;
/** Rounds without success after which the user is told. */
const PATIENCE_ROUNDS = 8;
/** How often a port that we cannot have is tried again, ms. */
const RETRY_TAKEN_MS = 3_000;

/** What follows an attempt. `fruitless` ones are spaced out. */
type Outcome = { over: true } | { over: false; fruitless: boolean; waitMs: number };

/** Starts at once; never throws, every outcome is a state. */
export function ownPort(options: OwnPortOptions): OwnPort {
  const { random = Math.random } = options;
  const world: World = { ...REAL_WORLD, ...options.world };
  const stopping = new AbortController();
  const { signal } = stopping;
  const settled = Promise.withResolvers<OwnPortState>();
  let state: OwnPortState = { status: 'starting' };
  let attachment: Attachment | null = null;
  let release: (() => Promise<void>) | null = null;
  let stopped: Promise<void> | null = null;

  const enter = (next: OwnPortState) => {
    state = next;
    if (next.status !== 'starting') settled.resolve(next);
    options.onState(next);
  };
  const jitterMs = () => random() * JITTER_MS;

  const failTaken = async (who: string): Promise<Outcome> => {
    if (state.status !== 'failed') {
      const suggestedPort = await world.freePortNear(options.host, options.port);
      if (!signal.aborted) enter({ status: 'failed', code: 'port_taken', message: takenMessage(options.port, who, suggestedPort), suggestedPort });
    }
    return { over: false, fruitless: true, waitMs: RETRY_TAKEN_MS };
  };

  const follow = async (owner: OwnerInfo): Promise<Outcome> => {
    const greeted = await followOwner({ owner, signal, options, world, enter, onAttachment: (made) => { attachment = made; } });
    attachment = null;
    if (greeted && !signal.aborted) enter({ status: 'starting' });
    return { over: false, fruitless: !greeted, waitMs: jitterMs() };
  };

  const attempt = async (fruitlessRounds: number): Promise<Outcome> => {
    const claim = await claimPort(options, world, signal);
    switch (claim.kind) {
      case 'owned': {
        const { server, secrets } = claim;
        release = () => letGo(server, secrets.viewToken, options, world);
        await announce(server.port, secrets, options, world);
        if (!signal.aborted) enter({ status: 'owner', port: server.port, viewToken: secrets.viewToken });
        return { over: true };
      }
      case 'refused':
        enter({ status: 'failed', code: 'listen', message: claim.message, suggestedPort: null });
        return { over: true };
      case 'ours':
        return fruitlessRounds < PATIENCE_ROUNDS || state.status === 'failed' ? follow(claim.owner) : failTaken(`${describeOwner(claim.owner)}, which does not let this one in`);
      case 'foreign':
        return failTaken(claim.what);
      case 'vanished':
        return fruitlessRounds < PATIENCE_ROUNDS ? { over: false, fruitless: true, waitMs: jitterMs() } : failTaken('a process that does not answer');
    }
  };

  const run = async () => {
    let fruitlessRounds = 0;
    while (!signal.aborted) {
      const outcome = await attempt(fruitlessRounds);
      if (outcome.over) return;
      fruitlessRounds = outcome.fruitless ? fruitlessRounds + 1 : 0;
      await world.sleep(outcome.waitMs + Math.min(fruitlessRounds * STEP_MS, MAX_STEPS_MS), signal);
    }
  };
  const running = run().catch((error: unknown) => {
    if (!signal.aborted) enter({ status: 'failed', code: 'listen', message: messageOf(error), suggestedPort: null });
  });

  return {
    get state() { return state; },
    settled: settled.promise,
    send: (command) => attachment?.send(command) ?? false,
    stop() {
      stopped ??= (async () => {
        stopping.abort();
        await running;
        await release?.();
        enter({ status: 'stopped' });
      })();
      return stopped;
    },
  };
}

interface Following {
  owner: OwnerInfo;
  signal: AbortSignal;
  options: OwnPortOptions;
  world: World;
  enter(state: OwnPortState): void;
  onAttachment(attachment: Attachment): void;
}

/** Stays with an owner until it is gone or we stop; true when it had greeted us. */
function followOwner({ owner, signal, options, world, enter, onAttachment }: Following): Promise<boolean> {
  return new Promise((resolve) => {
    let greeted = false;
    const leave = () => {
      signal.removeEventListener('abort', leave);
      resolve(greeted);
    };
    signal.addEventListener('abort', leave);
    onAttachment(world.attach({
      owner,
      signal,
      onMessage(message) {
        greeted = true;
        if (message.type === 'hello' || message.type === 'state') enter({ status: 'attached', owner: message.state, viewToken: owner.viewToken });
        options.onMessage?.(message);
      },
      onGone: leave,
    }));
  });
}

async function announce(port: number, secrets: OwnerSecrets, { stateDir, host, version, kind, onWarning }: OwnPortOptions, world: World): Promise<void> {
  try {
    await world.writeOwner(stateDir, { pid: process.pid, port, host, version, kind, startedAt: Date.now(), ...secrets });
  } catch (error) {
    onWarning?.(`cannot write the owner file in ${stateDir}, so other windows and the CLI cannot see the traces: ${messageOf(error)}`);
  }
}

async function letGo(server: { port: number; close(): Promise<void> }, viewToken: string, { stateDir, onWarning }: OwnPortOptions, world: World): Promise<void> {
  try {
    // Before the server closes: as long as it listens, nobody else writes this file.
    await world.removeOwner(stateDir, server.port, viewToken);
  } catch (error) {
    onWarning?.(`cannot remove the owner file in ${stateDir}: ${messageOf(error)}`);
  }
  await server.close().catch((error: unknown) => onWarning?.(`the server did not close well: ${messageOf(error)}`));
}

function takenMessage(port: number, who: string, suggestedPort: number | null): string {
  const hint = suggestedPort === null ? 'stop it or choose another port' : `stop it or choose another port, ${suggestedPort} is free`;
  return `port ${port} is taken by ${who}; ${hint}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
