/** A name, quotes and all. A string value is taken for one only when a colon stands behind it. */
const NAME = /"(?:[^"\\]|\\.)*"(?=\s*:)/g;

/**
 * Does this JSON text escape a letter of a property's name? V8's own `JSON.parse` has taken such a name for that of an object
 * that it parsed before (Node 24.21: `{"\\":[]}`, then `{"\u0001":[]}`), so a property test cannot compare what comes of it.
 */
export const hasEscapedName = (json: string): boolean => json.match(NAME)?.some((name) => name.includes('\\')) === true;
