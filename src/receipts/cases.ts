/** The built-in prompts of `eval` and `compare`: three kinds of work that ought to convene three different panels. */
export interface ReceiptCase {
  id: string;
  prompt: string;
  /** Roles that have to be on the panel for the routing to have understood the prompt. */
  expectedRoles: readonly string[];
}

const PATCH = `\`\`\`diff
--- a/src/users.js
+++ b/src/users.js
@@ -4,6 +4,12 @@ export async function findUser(db, id) {
   return db.get('SELECT * FROM users WHERE id = ?', [id]);
 }

+export async function searchUsers(db, query) {
+  const rows = await db.all(\`SELECT id, name, phone FROM users WHERE name LIKE '%\${query.name}%' LIMIT \${query.limit ?? 50}\`);
+  console.log('search', query, rows);
+  return rows;
+}
+
 export async function renameUser(db, id, name) {
   await db.run('UPDATE users SET name = ? WHERE id = ?', [name, id]);
 }
\`\`\``;

const README_SECTION = `> ## Instalation
> To get started with using the tool you will first need to have done an install of it, this can be done in two ways whichever
> is preferable for you. After installing of it the settings should be made, without these it will not be starting. Then it can be used.`;

/** Each prompt brings its own material, so that real models have something to answer. */
export const BUILT_IN_CASES: readonly ReceiptCase[] = [
  {
    id: 'coding-review',
    prompt: `Review this patch for security risks and missing tests.\n\n${PATCH}`,
    expectedRoles: ['verifier', 'coder'],
  },
  {
    id: 'architecture-tradeoff',
    prompt: 'Compare two architectures for an API relay in front of several model providers and explain the trade-offs: implement it as one process that streams straight through, or as a gateway with a queue and workers? It serves ten developers, and a provider fails now and then.',
    expectedRoles: ['coder', 'reasoner'],
  },
  {
    id: 'docs-polish',
    prompt: `Polish this README section so that a new user understands it at the first reading.\n\n${README_SECTION}`,
    expectedRoles: ['writer'],
  },
];
