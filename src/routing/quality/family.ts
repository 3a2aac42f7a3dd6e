/** Words in a model's name that tell its packaging, not its abilities. */
const PACKAGING = /-(?:instruct|inst|it|chat|preview|latest|fp8|hf|v0\.\d)(?=-|$)/g;
/** A release at the end of a name: `-20241022`, `-2024-08-06`, `-1106`, `-002`. */
const RELEASE = /-(?:20\d{6}|20\d\d-\d\d-\d\d|[01]\d[0-3]\d|00\d)(?=-|$)/g;

/**
 * The family that a model belongs to, by its name alone: `openai/gpt-4o-2024-08-06` and `gpt-4o` are one,
 * `Meta-Llama-3.1-8B-Instruct` and `llama-3.1-8b` too. Makers, releases and packaging are taken off.
 */
export function familyOf(name: string): string {
  const bare = name.slice(name.lastIndexOf('/') + 1).toLowerCase().replace(/:.*$/, '');
  return bare.replace(/^meta-/, '').replace(PACKAGING, '').replace(RELEASE, '').replaceAll('.', '-');
}
