import { Component, h } from 'preact';
import type { ComponentChildren, ComponentType, VNode } from 'preact';

/** A component that is drawn again only when one of its properties is another value. */
export function memo<P extends object>(view: (props: P) => VNode | null): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const now = this.props as Record<string, unknown>;
      const then = next as Record<string, unknown>;
      return Object.keys({ ...now, ...then }).some((key) => now[key] !== then[key]);
    }

    override render(): ComponentChildren {
      return h(view, this.props);
    }
  };
}
