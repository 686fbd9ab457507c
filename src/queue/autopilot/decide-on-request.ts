import { OpsError } from '../../errors.ts';
import { modeNow, nextMode, type PilotRecord } from '../../incidents/autopilot/pilot-records.ts';
import { type RequestOnHand, whyOnlyPeople } from '../../incidents/autopilot/request-on-hand.ts';
import type { AutopilotSetting, StepOfTier } from '../../incidents/autopilot/setting.ts';
import { type Halts, haltInWords } from '../../incidents/halt/halts.ts';
import { approvalMs } from '../../incidents/model/approvals.ts';
import type { AutopilotState } from '../../incidents/model/autopilot/autopilot-states.ts';
import type { EventOf } from '../../incidents/model/events.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import type { Clock } from '../../ports/ports.ts';

export interface DecideDeps {
  readonly catalog: Pick<Catalog, 'get'>;
  readonly settingFor: (of: StepOfTier) => AutopilotSetting | undefined;
  readonly recordOf: (of: StepOfTier) => Promise<PilotRecord>;
  readonly halts: Pick<Halts, 'current'>;
  /** Throws `OpsError` if the request may not be carried out now: caps, and everything that it relies on. */
  readonly requireStillGood: (incident: Incident, request: RequestOnHand) => Promise<void>;
  readonly clock: Clock;
}

type Decided = EventOf<
  'autopilot-suggested' | 'autopilot-armed' | 'autopilot-disarmed' | 'autopilot-approved'
>;

const minute = 60_000;

/** The first look at a request. While nothing may start, it waits. */
export async function begin(
  deps: DecideDeps,
  incident: Incident,
  request: RequestOnHand,
): Promise<Decided | undefined> {
  const setting = deps.settingFor(request.of);
  if (setting === undefined || setting.mode === 'off' || incident.paused !== undefined) return undefined;
  if ((await deps.halts.current()) !== undefined) return undefined;
  const record = await deps.recordOf(request.of);
  const suggests = modeNow(setting, record) === 'suggest';
  const why = whyOnlyPeople(incident, request, deps.catalog);
  if (why !== undefined) return suggests ? undefined : disarmed(request, why);
  if (suggests) return suggested(request, setting, record);
  // A warning is for people to weigh, so they get the time for it.
  if (setting.mode === 'auto' && request.state.proposal.warnings.length === 0)
    return approval(deps, incident, request, 'auto');
  return armed(request, setting, record, deps.clock.now());
}

function suggested(request: RequestOnHand, setting: AutopilotSetting, record: PilotRecord): Decided {
  const { demotedBy, succeeded, failed } = record;
  const next = demotedBy === undefined ? nextMode(setting, record) : undefined;
  return {
    type: 'autopilot-suggested',
    ...ofRequest(request),
    earned: { succeeded, failed },
    ...(next !== undefined && { next }),
    ...(demotedBy !== undefined && { demoted: `${demotedBy.end.why} (${demotedBy.incident})` }),
  };
}

function armed(request: RequestOnHand, setting: AutopilotSetting, record: PilotRecord, now: number): Decided {
  const { succeeded, failed } = record;
  const next = nextMode(setting, record);
  return {
    type: 'autopilot-armed',
    ...ofRequest(request),
    until: now + setting.waitMinutes * minute,
    earned: { succeeded, failed },
    ...(next === 'auto' && { next }),
  };
}

/** Once the countdown runs, whatever stands in its way leaves the request to people. */
export async function countDown(
  deps: DecideDeps,
  incident: Incident,
  request: RequestOnHand,
  { until = 0 }: Pick<AutopilotState, 'until'>,
): Promise<Decided | undefined> {
  const why = whyNotAllowed(deps.settingFor(request.of)) ?? whyOnlyPeople(incident, request, deps.catalog);
  if (why !== undefined) return disarmed(request, why);
  const halt = await deps.halts.current();
  if (halt !== undefined) return disarmed(request, `all changes were halted: ${haltInWords(halt)}`);
  const late = deps.clock.now() - until;
  if (late < 0) return undefined;
  // Nobody could hold it while Relight was down.
  if (late > approvalMs) return disarmed(request, 'Relight could not act when the time was up');
  return approval(deps, incident, request, 'veto');
}

/** Undefined if relight.yaml lets Autopilot approve. */
export function whyNotAllowed(setting: AutopilotSetting | undefined): string | undefined {
  return setting?.mode === 'veto' || setting?.mode === 'auto'
    ? undefined
    : 'relight.yaml no longer lets Autopilot approve it';
}

async function approval(
  deps: DecideDeps,
  incident: Incident,
  request: RequestOnHand,
  mode: 'veto' | 'auto',
): Promise<Decided> {
  // It may have failed elsewhere during the countdown.
  const { demotedBy } = await deps.recordOf(request.of);
  if (demotedBy !== undefined) return disarmed(request, `its run in ${demotedBy.incident} has failed`);
  try {
    await deps.requireStillGood(incident, request);
  } catch (thrown) {
    if (!(thrown instanceof OpsError) || thrown.retry) throw thrown;
    return disarmed(request, thrown.message);
  }
  return { type: 'autopilot-approved', ...ofRequest(request), mode };
}

function disarmed(request: RequestOnHand, why: string): Decided {
  return { type: 'autopilot-disarmed', ...ofRequest(request), why };
}

function ofRequest({
  key: step,
  state: { attempt, hash },
}: RequestOnHand): Pick<Decided, 'step' | 'attempt' | 'hash'> {
  return { step, attempt, hash };
}
