import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { countText } from '../format.ts';
import { folded, prettyArguments, visible } from '../text.ts';
import { Badge } from './badge.tsx';

/** What a model said, as plain text; a long one is folded until it is asked for. */
export function ModelText({ text, label }: { text: string; label: string }): VNode {
  const [open, setOpen] = useState(false);
  const whole = visible(text);
  const start = folded(whole);
  return (
    <div class="model-text">
      <pre class="text" dir="auto" tabIndex={0} role="group" aria-label={label}>{start === null || open ? whole : `${start}\n…`}</pre>
      {start === null ? null : (
        <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : `Show all (${countText(whole.length)} characters)`}
        </button>
      )}
    </div>
  );
}

/** The tools that a model wants called, each with its arguments. */
export function ToolCalls({ calls }: { calls: readonly { name: string; arguments: string }[] }): VNode | null {
  if (calls.length === 0) return null;
  return (
    <ul class="tool-calls" aria-label="Tool calls">
      {calls.map((call, index) => (
        <li key={index}>
          <p class="tool-name"><Badge>tool call</Badge> <code>{visible(call.name)}</code></p>
          {call.arguments === '' ? null : <ModelText text={prettyArguments(call.arguments)} label={`Arguments of ${call.name}`} />}
        </li>
      ))}
    </ul>
  );
}
