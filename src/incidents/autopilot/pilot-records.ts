import type { TimeLimit } from '../../ports/ports.ts';
import { unlessUnreadable } from '../journal/readable.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { Earned } from '../model/autopilot/autopilot-events.ts';
import { type PilotRun, pilotRunsOf } from './pilot-runs.ts';
import { type AutopilotSetting, isSameStep, type Mode, type StepOfTier } from './setting.ts';

/** When a lead let Autopilot start over for a step. */
export interface PilotReset extends StepOfTier {
  readonly at: number;
  readonly by: string;
}

export interface PilotResets {
  readonly all: () => Promise<readonly PilotReset[]>;
  /** Throws `too-late`. */
  readonly put: (reset: PilotReset, limit: TimeLimit) => Promise<void>;
}

/** What a step has earned since its last reset, computed from the journals. */
export interface PilotRecord extends Earned {
  /** The last failed run that Autopilot had approved: it only suggests until a lead resets it. */
  readonly demotedBy?: PilotRun | undefined;
}

export interface RecordSources {
  readonly store: Pick<IncidentStore, 'ids' | 'journal' | 'tombstones'>;
  readonly resets: Pick<PilotResets, 'all'>;
}

/** Reads all runs of Autopilot. One journal at a time is in memory. */
export async function readPilotRuns({ store }: Pick<RecordSources, 'store'>): Promise<readonly PilotRun[]> {
  const runs: PilotRun[] = (await store.tombstones.all()).flatMap(({ counted }) => counted.pilotRuns);
  for (const id of await store.ids('all'))
    for (const run of pilotRunsOf((await unlessUnreadable(store.journal(id))) ?? [])) runs.push(run);
  return runs;
}

export function recordFrom(
  runs: readonly PilotRun[],
  resets: readonly PilotReset[],
  of: StepOfTier,
): PilotRecord {
  const since = resets.find((reset) => isSameStep(reset, of))?.at ?? 0;
  const own = runs.filter((run) => isSameStep(run.of, of) && run.end.at > since);
  const failed = own.filter(({ end }) => end.outcome === 'failed');
  return {
    succeeded: own.length - failed.length,
    failed: failed.length,
    demotedBy: failed.filter(({ approved }) => approved).at(-1),
  };
}

export async function pilotRecord(sources: RecordSources, of: StepOfTier): Promise<PilotRecord> {
  return recordFrom(await readPilotRuns(sources), await sources.resets.all(), of);
}

/** A step that failed under Autopilot only suggests, whatever relight.yaml says. */
export function modeNow({ mode }: Pick<AutopilotSetting, 'mode'>, { demotedBy }: PilotRecord): Mode {
  return demotedBy !== undefined && mode !== 'off' ? 'suggest' : mode;
}

/** The mode that the record allows next; people change relight.yaml, and Relight never does. */
export function nextMode(
  { mode, promoteAfter }: Pick<AutopilotSetting, 'mode' | 'promoteAfter'>,
  { succeeded, failed }: Earned,
): 'veto' | 'auto' | undefined {
  if (failed > 0 || succeeded < promoteAfter) return undefined;
  if (mode === 'suggest') return 'veto';
  return mode === 'veto' ? 'auto' : undefined;
}
