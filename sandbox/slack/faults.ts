import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { sendJson } from './http.ts';
import type { SlackLedger } from './ledger.ts';

/** A fault to inject into the next calls of a Web API method. File uploads use the method name `upload`. */
export const SlackFault = z.object({
  method: z.string().default('*'),
  /** `hold` carries the call out at `POST /_sandbox/release`; `late` does too, but drops the response at once. */
  kind: z.enum(['ratelimited', 'error', 'drop-before', 'drop-after', 'hold', 'late']),
  count: z.number().int().positive().default(1),
  /** 3: only each third matching call. */
  every: z.number().int().positive().default(1),
  retryAfter: z.number().positive().default(1),
  status: z.number().default(500),
  /** Slack's error code, for the kind `error`. */
  error: z.string().default('internal_error'),
});
export type SlackFault = z.infer<typeof SlackFault>;

export class SlackFaults {
  private list: (SlackFault & { seen: number })[] = [];
  private held: (() => void)[] = [];

  add(fault: SlackFault): void {
    this.list.push({ ...fault, seen: 0 });
  }

  clear(): void {
    this.list = [];
    this.release();
  }

  /** Keeps a call until `release`. */
  hold(call: () => void): void {
    this.held.push(call);
  }

  release(): void {
    for (const call of this.held.splice(0)) call();
  }

  /** Consumes one count of the first fault whose turn it is with this method. */
  next(method: string): SlackFault | undefined {
    const matching = this.list.filter((one) => one.method === '*' || one.method === method);
    const fault = matching.find((one) => {
      one.seen += 1;
      return one.seen % one.every === 0;
    });
    if (fault === undefined) return undefined;
    fault.count -= 1;
    if (fault.count === 0) this.list = this.list.filter((one) => one !== fault);
    return fault;
  }
}

/** Applies a fault that acts before the call; returns true if the response has been handled. */
export function applyFault(
  method: string,
  fault: SlackFault | undefined,
  response: ServerResponse,
  ledger: SlackLedger,
): boolean {
  if (fault === undefined || ['drop-after', 'hold', 'late'].includes(fault.kind)) return false;
  if (fault.kind === 'drop-before') response.destroy();
  else if (fault.kind === 'error') sendJson(response, { ok: false, error: fault.error }, fault.status);
  else sendRateLimited(method, response, ledger, fault.retryAfter);
  return true;
}

export function sendRateLimited(
  method: string,
  response: ServerResponse,
  ledger: SlackLedger,
  seconds: number,
): void {
  ledger.limited(method, seconds);
  sendJson(response, { ok: false, error: 'ratelimited' }, 429, { 'retry-after': String(seconds) });
}
