import { isRecord, tryParseJson, type JsonObject } from '../json.ts';

/** A call's arguments as the object that this format wants; text that is none stands in one, since nothing of it may be lost. */
export function inputOf(args: string): JsonObject {
  if (args.trim() === '') return {};
  const value = tryParseJson(args);
  return isRecord(value) ? value : { input: args };
}
