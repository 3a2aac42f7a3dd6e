import type { ComponentChildren, VNode } from 'preact';

export type Tone = 'plain' | 'strong' | 'good' | 'warn' | 'bad';

/** A word in a frame; the tone only underlines what the word says. */
export function Badge({ tone = 'plain', title, children }: { tone?: Tone; title?: string; children: ComponentChildren }): VNode {
  return <span class={`badge badge-${tone}`} title={title}>{children}</span>;
}
