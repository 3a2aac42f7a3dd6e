import type { ComponentChildren, VNode } from 'preact';

export interface Fact {
  label: string;
  value: ComponentChildren;
}

/** Names and values in two columns; facts that are `null` are left out. */
export function Facts({ facts, wide = false }: { facts: (Fact | null)[]; wide?: boolean }): VNode {
  return (
    <dl class={wide ? 'facts facts-wide' : 'facts'}>
      {facts.filter((fact) => fact !== null).map(({ label, value }) => (
        <div class="fact" key={label}><dt>{label}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
