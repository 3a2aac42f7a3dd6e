/** How far a receipt has come; sent before each model-calling step. */
export interface Progress {
  /** Steps that are finished. */
  done: number;
  /** Steps in all. */
  total: number;
  caseId: string;
  step: 'baseline' | 'fusion' | 'grade';
}
