import * as z from 'zod/mini';

/**
 * A list that complains of its first wrong element alone. A hostile body holds millions of them: an issue for each would fill the memory, and
 * gathering them overflows the stack.
 */
export function listOf<T extends z.ZodMiniType>(element: T, { min = 0 } = {}): z.ZodMiniCustom<z.output<T>[], z.output<T>[]> {
  return z.custom<z.output<T>[]>().check(({ value, issues }) => {
    const list: unknown = value;
    if (!Array.isArray(list)) { issues.push({ code: 'invalid_type', expected: 'array', input: list, path: [], message: 'expected array' }); return; }
    if (list.length < min) { issues.push({ code: 'too_small', origin: 'array', minimum: min, inclusive: true, input: list, path: [], message: 'too few' }); return; }
    for (let index = 0; index < list.length; index++) {
      const issue = element.safeParse(list[index]).error?.issues[0];
      if (issue === undefined) continue;
      issues.push({ ...issue, input: list[index], path: [index, ...issue.path] } as z.core.$ZodRawIssue);
      return;
    }
  });
}
