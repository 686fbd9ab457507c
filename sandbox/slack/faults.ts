import { z } from 'zod';

/** What can be made to go wrong with the next calls of a Web API method. */
export const SlackFault = z.object({
  method: z.string().default('*'),
  kind: z.enum(['ratelimited', 'error', 'drop-before', 'drop-after', 'delay']),
  count: z.number().int().positive().default(1),
  retryAfter: z.number().positive().default(1),
  status: z.number().default(500),
  delayMs: z.number().nonnegative().default(0),
});
export type SlackFault = z.infer<typeof SlackFault>;

export class SlackFaults {
  private list: SlackFault[] = [];

  add(fault: SlackFault): void {
    this.list.push({ ...fault });
  }

  clear(): void {
    this.list = [];
  }

  /** Uses up one count of the first fault that is meant for this method. */
  next(method: string): SlackFault | undefined {
    const fault = this.list.find((one) => one.method === '*' || one.method === method);
    if (fault === undefined) return undefined;
    fault.count -= 1;
    if (fault.count === 0) this.list = this.list.filter((one) => one !== fault);
    return fault;
  }
}
