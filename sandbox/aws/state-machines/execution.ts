import { z } from 'zod';

/** How an execution ends, and after how many seconds. */
export const Script = z.object({
  ends: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE']).default('SUCCEEDED'),
  seconds: z.number().nonnegative().default(60),
  output: z.string().default('{}'),
  error: z.string().optional(),
  cause: z.string().optional(),
});
export type Script = z.infer<typeof Script>;

interface Started {
  readonly arn: string;
  readonly machine: string;
  readonly name: string;
  readonly input: string;
  readonly script: Script;
  readonly speed: number;
}

/** One execution, whose status follows from the time. Times are epoch seconds, as in the API. */
export class Execution {
  readonly startedAt = Date.now() / 1_000;
  private readonly started: Started;
  private stopped: { readonly at: number; readonly error?: string; readonly cause?: string } | undefined;

  constructor(started: Started) {
    this.started = started;
  }

  get input(): string {
    return this.started.input;
  }

  get status(): string {
    if (this.stopped !== undefined) return 'ABORTED';
    return Date.now() / 1_000 < this.endsAt ? 'RUNNING' : this.started.script.ends;
  }

  /** Returns the time at which it ended. A second call changes nothing. */
  stop(error?: string, cause?: string): number {
    if (this.status !== 'RUNNING') return this.stopped?.at ?? this.endsAt;
    const at = Date.now() / 1_000;
    this.stopped = { at, ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    return at;
  }

  describe(): Record<string, unknown> {
    const { arn, machine, name, input, script } = this.started;
    const { status } = this;
    const { error, cause } = this.stopped ?? script;
    const hasEnded = status !== 'RUNNING' && status !== 'PENDING_REDRIVE';
    return {
      executionArn: arn,
      stateMachineArn: machine,
      name,
      status,
      startDate: this.startedAt,
      input,
      inputDetails: { included: true },
      redriveCount: 0,
      ...(hasEnded && { stopDate: this.stopped?.at ?? this.endsAt }),
      ...(status === 'SUCCEEDED' && { output: script.output, outputDetails: { included: true } }),
      ...(hasEnded && status !== 'SUCCEEDED' && { error, cause }),
    };
  }

  private get endsAt(): number {
    return this.startedAt + this.started.script.seconds / this.started.speed;
  }
}
