import { InvalidArgumentError } from 'commander';

/** Options that every command takes, wherever they stand. */
export interface GlobalOptions {
  config?: string;
  json?: boolean;
  dryRun?: boolean;
}

export const parsePort = (text: string): number => wholeNumber(text, 0, 65_535, 'a port from 0 (any free one) to 65535');
export const parseMs = (text: string): number => wholeNumber(text, 0, 86_400_000, 'milliseconds, a whole number');
export const parsePositiveMs = (text: string): number => wholeNumber(text, 1, 86_400_000, 'milliseconds, a whole number above 0');
export const parseCount = (text: string): number => wholeNumber(text, 1, 100_000, 'a whole number above 0');

function wholeNumber(text: string, min: number, max: number, expected: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidArgumentError(`Expected ${expected}.`);
}
