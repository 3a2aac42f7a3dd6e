import type { Quirks } from './wire.ts';


/** Top-level fields as this model's API knows them: renamed, and without the ones that it refuses. In place. */
export function adjustFields(fields: Record<string, unknown>, { drop = [], rename }: Quirks): void {
  if (rename !== undefined) {
    for (const [from, to] of Object.entries(rename)) {
      if (!(from in fields)) continue;
      if (!(to in fields)) fields[to] = fields[from];
      Reflect.deleteProperty(fields, from);
    }
  }
  for (const field of drop) Reflect.deleteProperty(fields, field);
}
