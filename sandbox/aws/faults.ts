import { z } from 'zod';

/** A fault to inject into the next calls. `drop-…` closes the connection without a response; `hang-…` keeps it waiting. */
export const Fault = z.object({
  service: z.string(),
  operation: z.string().default('*'),
  kind: z.enum([
    'throttle',
    'error-5xx',
    'drop-before',
    'drop-after',
    'hang-before',
    'hang-after',
    'latency',
    'access-denied',
    'conflict',
  ]),
  count: z.number().int().positive().default(1),
  /** 3: only each third matching call. */
  every: z.number().int().positive().default(1),
  ms: z.number().nonnegative().default(0),
  /** Only calls that are signed with one of these access keys. */
  accessKeyIds: z.array(z.string()).readonly().optional(),
});
export type Fault = z.infer<typeof Fault>;
/** The body of `POST /_sandbox/faults`. */
export type FaultRequest = Readonly<z.input<typeof Fault>>;

/** What decides whether a fault applies to a call. */
interface FaultyCall {
  readonly service: string;
  readonly operation: string;
  readonly principal: { readonly accessKeyId: string };
}

/** A call that a `hang-…` fault keeps waiting. */
interface Held {
  readonly service: string;
  readonly operation: string;
  readonly accessKeyId: string;
  readonly kind: Fault['kind'];
}

export class Faults {
  private list: (Fault & { seen: number })[] = [];
  /** Each with the function that releases it. */
  private readonly held = new Map<Held, () => void>();

  add(fault: Fault): void {
    this.list.push({ ...fault, seen: 0 });
  }

  clear(): void {
    this.list = [];
    this.release();
  }

  /** Consumes one count of the first fault whose turn it is with this call. */
  next({ service, operation, principal: { accessKeyId } }: FaultyCall): Fault | undefined {
    const matching = this.list.filter(
      (one) =>
        one.service === service &&
        (one.operation === '*' || one.operation === operation) &&
        (one.accessKeyIds ?? [accessKeyId]).includes(accessKeyId),
    );
    const fault = matching.find((one) => {
      one.seen += 1;
      return one.seen % one.every === 0;
    });
    if (fault === undefined) return undefined;
    fault.count -= 1;
    if (fault.count === 0) this.list = this.list.filter((one) => one !== fault);
    return fault;
  }

  /** Resolves when released, or when the caller disconnects. */
  hold(
    { service, operation, principal: { accessKeyId } }: FaultyCall,
    kind: Fault['kind'],
    gone: Promise<void>,
  ): Promise<void> {
    return new Promise((resolve) => {
      const held: Held = { service, operation, accessKeyId, kind };
      const release = (): void => {
        this.held.delete(held);
        resolve();
      };
      this.held.set(held, release);
      void gone.then(release);
    });
  }

  waiting(): readonly Held[] {
    return [...this.held.keys()];
  }

  release(): void {
    for (const release of Array.from(this.held.values())) release();
  }
}
