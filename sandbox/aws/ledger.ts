import type { Session } from './iam/principals.ts';

/** One committed call that changed something. */
export interface Committed {
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly request: unknown;
  readonly status: 'committed';
  /** The session that made it, unless the credentials of a process did. */
  readonly session?: Session;
}

/** One call that IAM refused. */
interface Denied {
  readonly service: string;
  readonly operation: string;
  readonly message: string;
}

interface Named {
  readonly service: string;
  readonly operation: string;
}

/** The ground truth for tests: every committed change, call counts, bytes read, and corrupted checkpoints. */
export class Ledger {
  private readonly calls: Committed[] = [];
  private readonly denied: Denied[] = [];
  private readonly counts: Record<string, number> = {};
  private readonly corruption: string[] = [];
  private readonly bytes: Record<string, number> = {};

  count(service: string, operation: string): void {
    const key = `${service}.${operation}`;
    this.counts[key] = (this.counts[key] ?? 0) + 1;
  }

  commit({ service, operation, request }: Named & { readonly request: unknown }, session?: Session): void {
    const call = { at: Date.now(), service, operation, request, status: 'committed' } as const;
    this.calls.push({ ...call, ...(session && { session }) });
  }

  deny({ service, operation }: Named, message: string): void {
    this.denied.push({ service, operation, message });
  }

  corrupt(what: string): void {
    if (!this.corruption.includes(what)) this.corruption.push(what);
  }

  read(key: string, bytes: number): void {
    this.bytes[key] = (this.bytes[key] ?? 0) + bytes;
  }

  show(): unknown {
    return {
      calls: this.calls,
      denied: this.denied,
      counts: this.counts,
      corruption: this.corruption,
      reads: { bytes: this.bytes },
    };
  }
}
