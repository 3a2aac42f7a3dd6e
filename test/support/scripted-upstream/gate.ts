/** A point in a scripted reply where the upstream waits for the test, so that no test has to sleep. */
export interface Gate {
  readonly kind: 'gate';
  /** Lets the reply go on. Opening twice is harmless. */
  open(): void;
  /** Resolves when some reply has come as far as this gate: everything before it has been written. */
  readonly reached: Promise<void>;
  /** Resolves when the gate has been opened. */
  readonly opened: Promise<void>;
  /** Called by the upstream on arrival. */
  arrive(): void;
}

/** A closed gate; put it between the chunks of a reply. */
export function gate(): Gate {
  const reached = Promise.withResolvers<undefined>();
  const opened = Promise.withResolvers<undefined>();
  return {
    kind: 'gate',
    reached: reached.promise,
    opened: opened.promise,
    arrive() {
      reached.resolve(undefined);
    },
    open() {
      opened.resolve(undefined);
    },
  };
}
