import type * as z from 'zod';
import type { OwnerInfo } from '../ownership/owner-file.ts';
import { authorityOf } from '../ownership/probe.ts';
import { readBody, sendHttp } from '../receipts/http-request.ts';
import { CliFailure, EXIT } from './failure.ts';
import { oneLine } from './output.ts';

/** Asks the OpenFusion that runs, over its own HTTP. Fails with a sentence where it refuses or answers something else. */
export async function askOwner<T>(owner: OwnerInfo, method: 'GET' | 'POST' | 'DELETE', path: string, token: string | null, schema: z.ZodType<T>): Promise<T> {
  const url = new URL(path, `http://${authorityOf(owner.host, owner.port)}`);
  const reply = await sendHttp({ method, url, headers: token === null ? {} : { authorization: `Bearer ${token}` } });
  const text = await readBody(reply);
  if (reply.statusCode !== 200) throw new CliFailure(`OpenFusion on port ${String(owner.port)} answered ${String(reply.statusCode)}: ${oneLine(text, 200)}`, EXIT.unwell);
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new CliFailure(`OpenFusion on port ${String(owner.port)} (version ${owner.version}) answered something else`, EXIT.unwell);
  return parsed.data;
}
