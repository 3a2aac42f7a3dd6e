import type { ComponentChildren, VNode } from 'preact';

export interface SectionName {
  id: string;
  title: string;
}

/** A part of the detail with a heading to jump to. */
export function Section({ id, title, note, children }: SectionName & { note?: ComponentChildren; children: ComponentChildren }): VNode {
  return (
    <section class="section" id={`section-${id}`} aria-labelledby={`heading-${id}`}>
      <h3 class="section-title" id={`heading-${id}`} tabIndex={-1}>{title}</h3>
      {note === undefined ? null : <p class="section-note">{note}</p>}
      {children}
    </section>
  );
}
