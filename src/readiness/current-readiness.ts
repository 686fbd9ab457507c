import { nothing, type ReadinessCheck, type ReadinessReport } from './readiness.ts';

/** The last measurement of the account, which the worker makes and the bot reads. */
export interface ReadinessStore {
  readonly read: () => Promise<ReadinessReport | undefined>;
  readonly write: (report: ReadinessReport) => Promise<void>;
  /** Asks the worker to measure again. */
  readonly ask: (at: number) => Promise<void>;
  /** When it was last asked; 0 if never. */
  readonly askedAt: () => Promise<number>;
}

const maxAgeMs = 6 * 3_600_000;

/** Whether the worker measures the account now. */
export async function isMeasurementDue(store: ReadinessStore, now: number): Promise<boolean> {
  const last = (await store.read())?.measuredAt;
  if (last === undefined || now - last >= maxAgeMs) return true;
  return (await store.askedAt()) > last;
}

/** The last measurement of the account together with the checks that need no AWS. */
export async function currentReadiness(
  store: Pick<ReadinessStore, 'read'>,
  own: readonly ReadinessCheck[],
): Promise<ReadinessReport> {
  const account = await store.read();
  return {
    measuredAt: account?.measuredAt ?? 0,
    checks: [...(account?.checks ?? notYet), ...own],
  };
}

const fix = 'A worker measures the account within two minutes of its start; see its log if this stays.';
const what = 'the account has not been looked at yet';
const notYet: readonly ReadinessCheck[] = (['checkpointing', 'alarms', 'registry'] as const).map((part) => ({
  part,
  looked: nothing,
  findings: [],
  unmeasured: [{ what, fix }],
}));
