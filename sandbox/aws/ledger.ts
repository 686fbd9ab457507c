/** One committed call that changed something. */
export interface Committed {
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly request: unknown;
  readonly status: 'committed';
}

/** The ground truth for tests: every committed change, call counts, bytes read, and corrupted checkpoints. */
export class Ledger {
  private readonly calls: Committed[] = [];
  private readonly counts: Record<string, number> = {};
  private readonly corruption: string[] = [];
  private readonly bytes: Record<string, number> = {};

  count(service: string, operation: string): void {
    const key = `${service}.${operation}`;
    this.counts[key] = (this.counts[key] ?? 0) + 1;
  }

  commit(service: string, operation: string, request: unknown): void {
    this.calls.push({ at: Date.now(), service, operation, request, status: 'committed' });
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
      counts: this.counts,
      corruption: this.corruption,
      reads: { bytes: this.bytes },
    };
  }
}
