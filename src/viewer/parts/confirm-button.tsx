import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** A button that asks once more, in place: a webview has no `confirm()`. */
export function ConfirmButton({ label, question, onConfirm }: { label: string; question: string; onConfirm(): void }): VNode {
  const [asking, setAsking] = useState(false);
  const sure = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  useEffect(() => {
    if (asking) sure.current?.focus();
    else if (wasAsking.current) first.current?.focus();
    wasAsking.current = asking;
  }, [asking]);
  if (!asking) return <button type="button" ref={first} class="button" onClick={() => setAsking(true)}>{label}</button>;
  return (
    <span class="confirm" role="group" aria-label={question} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); setAsking(false); } }}>
      <span class="confirm-question">{question}</span>
      <button type="button" ref={sure} class="button button-danger" onClick={() => { setAsking(false); onConfirm(); }}>{label}</button>
      <button type="button" class="button" onClick={() => setAsking(false)}>Keep</button>
    </span>
  );
}
