import type { OpsError } from '../../errors.ts';
import { requireNoHalt } from '../../incidents/halt/halts.ts';
import { stateOf } from '../../incidents/model/incident.ts';
import type { SentMark, Token } from '../../ports/ports.ts';
import { claimSending, movedOn } from './checks/approval-checks.ts';
import type { Approved, RunDeps, StepRun } from './step-run.ts';

/** The state whose request is sent, and why its intent is not in the vault. */
export interface Sending {
  readonly state: Approved;
  readonly unwritten: OpsError | undefined;
  /** Opens the session of the change in AWS. */
  readonly ready: () => Promise<void>;
}

/** The first write is noted in the journal. Before each one, only what can change within seconds is checked. */
export function confirmedWrites(
  deps: RunDeps,
  run: StepRun,
  { state, unwritten, ready }: Sending,
): Token['confirmWrite'] {
  let claimed: Promise<boolean> | undefined;
  return async () => {
    if (unwritten !== undefined) throw unwritten;
    await requireNoHalt(deps.halts);
    claimed ??= ready().then(async () => claimSending(deps, run, state, { writes: true }));
    await claimed;
    if (run.signal.aborted) throw movedOn(run);
  };
}

/** The mark of a one-time call, if a run of this attempt was about to send it. */
export async function markOf(
  { store, clock }: RunDeps,
  { incident, job }: StepRun,
  operation: string,
): Promise<SentMark | undefined> {
  const state = stateOf(await store.load(incident.id), job.step);
  const mark = state.status === 'changing' ? state.calls?.[operation] : undefined;
  return mark && { ...mark, ageMs: clock.now() - mark.at };
}
