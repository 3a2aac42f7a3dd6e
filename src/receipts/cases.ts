/** The built-in prompts of `eval` and `compare`: three kinds of work that ought to convene three different panels. */
export interface ReceiptCase {
  id: string;
  prompt: string;
  /** Roles that have to be on the panel for the routing to have understood the prompt. */
  expectedRoles: readonly string[];
}

export const BUILT_IN_CASES: readonly ReceiptCase[] = [
  {
    id: 'coding-review',
    prompt: 'Review this patch for security risks and missing tests.',
    expectedRoles: ['verifier', 'coder'],
  },
  {
    id: 'architecture-tradeoff',
    prompt: 'Compare two architectures for an API relay in front of several model providers and explain the trade-offs: implement it as one process, or as a gateway with a queue and workers?',
    expectedRoles: ['coder', 'reasoner'],
  },
  {
    id: 'docs-polish',
    prompt: 'Polish this README section so that a new user understands it at the first reading.',
    expectedRoles: ['writer'],
  },
];
