import type { Vault } from '../audit/vault.ts';
import { asOpsError } from '../errors.ts';
import type { IdSet } from '../incidents/holds/holds.ts';
import type { IncidentStore } from '../incidents/journal/store.ts';
import type { Entry } from '../incidents/model/events.ts';
import { stateOf } from '../incidents/model/incident.ts';
import { incidentFrom } from '../incidents/model/reduce.ts';
import type { Log } from '../log.ts';
import { attemptKeyOf } from '../ports/calls.ts';
import type { AttemptKey, Clock } from '../ports/ports.ts';
import type { Producer } from './producer.ts';

/**
 * The results of changes, archived in the vault after the journal has them: what has happened in AWS is done, whether or
 * not the vault takes the record of it. A set in Redis holds the attempts whose result is not archived yet, so that a crash
 * loses none.
 */

type Attempt = Pick<AttemptKey, 'incident' | 'step' | 'attempt'>;

export interface ArchiveDeps {
  /** Undefined with RELIGHT_AUDIT=journal-only, and in drills. */
  readonly vault: Pick<Vault, 'writeResult'> | undefined;
  /** Attempts whose result is not archived yet. */
  readonly unarchived: IdSet;
  readonly log: Log;
}

/** Call before the result is recorded: from then on it is archived, whatever happens to this process. */
export async function expectResult({ vault, unarchived }: ArchiveDeps, attempt: Attempt): Promise<void> {
  if (vault !== undefined) await unarchived.add(memberOf(attempt));
}

/** Archives a result that the journal has. Returns why it could not; the watch tries again every minute. */
export async function archiveResult(
  { vault, unarchived, log }: ArchiveDeps,
  attempt: Attempt,
  result: unknown,
): Promise<string | undefined> {
  if (vault === undefined) return undefined;
  try {
    await vault.writeResult(attemptKeyOf(attempt).id, result);
    await unarchived.drop(memberOf(attempt));
    return undefined;
  } catch (thrown) {
    const { line, message } = asOpsError(thrown);
    const { incident, step } = attempt;
    log.warn({ incident, step, error: line }, 'the result of a change is not in the vault yet');
    return message;
  }
}

export interface ArchiveWatchDeps extends ArchiveDeps {
  readonly store: Pick<IncidentStore, 'journal' | 'record'>;
  readonly producer: Pick<Producer, 'deliver'>;
  readonly clock: Clock;
}

/** How long the vault may be away before the thread says so. */
const quietMs = 5 * 60_000;

/** Archives what a crash or a refusal of the vault left behind. */
export function createArchiveWatch(deps: ArchiveWatchDeps): () => Promise<void> {
  return async () => {
    for (const member of await deps.unarchived.all())
      await archiveLate(deps, member).catch((error: unknown) =>
        deps.log.error({ member, error: String(error) }, 'the result of a change could not be archived'),
      );
  };
}

async function archiveLate(deps: ArchiveWatchDeps, member: string): Promise<void> {
  const attempt = attemptIn(member);
  const journal = await deps.store.journal(attempt.incident);
  const done = journal.findLast((entry) => resultOf(entry, attempt) !== undefined);
  if (done === undefined) {
    // The worker that was about to record it died before that; the next one records it.
    if (!isUnderWay(journal, attempt)) await deps.unarchived.drop(member);
    return;
  }
  const why = await archiveResult(deps, attempt, resultOf(done, attempt));
  if (why === undefined || deps.clock.now() - done.at < quietMs || isTold(journal, attempt)) return;
  const { incident, step, attempt: number } = attempt;
  await deps.store.record(incident, () => [{ type: 'result-not-archived', step, attempt: number, why }]);
  await deps.producer.deliver(incident);
}

function resultOf({ event }: Entry, { step, attempt }: Attempt): unknown {
  if (event.type !== 'step-done' && event.type !== 'step-canceled') return undefined;
  return event.step === step && event.attempt === attempt ? event.result : undefined;
}

function isUnderWay(journal: readonly Entry[], { step, attempt }: Attempt): boolean {
  if (journal.length === 0) return false;
  const state = stateOf(incidentFrom(journal), step);
  return state.status === 'changing' && state.attempt === attempt;
}

function isTold(journal: readonly Entry[], { step, attempt }: Attempt): boolean {
  return journal.some(
    ({ event }) => event.type === 'result-not-archived' && event.step === step && event.attempt === attempt,
  );
}

/** Steps and incidents have no blanks in their names. */
function memberOf({ incident, step, attempt }: Attempt): string {
  return `${incident} ${step} ${attempt}`;
}

function attemptIn(member: string): Attempt {
  const [incident = '', step = '', attempt = ''] = member.split(' ');
  return { incident, step, attempt: Number(attempt) };
}
