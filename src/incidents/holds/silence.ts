import type { Role } from '../../playbooks/define.ts';
import { type Authorize, type ClickResult, noChange, recorded } from '../click-result.ts';
import type { Decision, IncidentStore } from '../journal/store.ts';
import type { Actor } from '../model/events.ts';
import type { Hold, Silence, SilenceScope } from '../model/hold.ts';
import type { Incident } from '../model/incident.ts';
import { type Failing, type IdSet, lastToEnd } from './holds.ts';

export interface SilenceRequest {
  readonly scope: SilenceScope;
  readonly minutes: number;
  readonly why: string;
}

/** A responder may silence one job; anything broader needs a lead. */
export function roleToSilence(scope: SilenceScope): Role {
  return scope === 'job' ? 'responder' : 'lead';
}

export function isActive(silence: Silence | undefined, now: number): silence is Silence {
  return silence !== undefined && !silence.ended && now < silence.until;
}

export function nextSilence({ silence }: Pick<Incident, 'silence'>): number {
  return (silence?.number ?? 0) + 1;
}

interface Click {
  /** The number of the silence that the person saw. */
  readonly number: number;
  readonly by: Actor;
  readonly authorize: Authorize;
  readonly now: number;
}

export function silence(
  incident: Incident,
  { number, by, authorize, now }: Click,
  { scope, minutes, why }: SilenceRequest,
): Decision<ClickResult> {
  const { closed, silence: before } = incident;
  if (closed !== undefined) return noChange({ kind: 'closed', why: closed.why });
  if (isActive(before, now)) return noChange({ kind: 'taken', by: before.by });
  if (number !== nextSilence(incident)) return noChange({ kind: 'old-copy' });
  const until = now + minutes * 60_000;
  const event = { type: 'snoozed', number, scope, until, why, by } as const;
  return recorded(authorize, roleToSilence(scope), 'silenced', event);
}

/** Any responder may end any silence: that only makes more visible. */
export function endSilence(
  { silence: before }: Incident,
  { number, by, authorize, now }: Click,
): Decision<ClickResult> {
  if (before?.number !== number || !isActive(before, now)) return noChange({ kind: 'old-copy' });
  return recorded(authorize, 'responder', 'silence-ended', { type: 'snooze-ended', number, by });
}

export function letThrough(
  { closed, held }: Incident,
  { by, authorize }: Pick<Click, 'by' | 'authorize'>,
): Decision<ClickResult> {
  if (closed !== undefined) return noChange({ kind: 'closed', why: closed.why });
  if (held === undefined) return noChange({ kind: 'not-held' });
  const event = { type: 'released', why: 'a person opened its thread', by } as const;
  return recorded(authorize, 'responder', 'let-through', event);
}

/** The hold that the incident's silence puts on such a failure. */
export function silenceOver(incident: Incident, failing: Failing, now: number): Hold | undefined {
  const { id, silence: active } = incident;
  if (!isActive(active, now) || !covers(incident, active.scope, failing)) return undefined;
  // Journals and notices hold ids of this form, from when a silence was called a snooze.
  return { id: `snooze-${id}-${active.number}`, name: `Silence on ${id}`, until: active.until };
}

function covers(incident: Incident, scope: SilenceScope, { job, kind, tier }: Failing): boolean {
  switch (scope) {
    case 'job':
      return [incident.job, incident.subject, ...incident.affectedJobs.map((row) => row.job)].includes(job);
    case 'kind':
      return [incident.kind, ...incident.affectedJobs.map((row) => row.kind)].includes(kind);
    case 'tier':
      return incident.tier === tier;
    case 'everything':
      return true;
    default:
      return scope satisfies never;
  }
}

export interface SilenceServices {
  readonly store: Pick<IncidentStore, 'find'>;
  /** Incidents that may have an active silence. */
  readonly silenced: IdSet;
  readonly now: () => number;
}

/** The silences of all incidents, read from their journals. */
export interface Silences {
  readonly over: (failing: Failing) => Promise<Hold | undefined>;
  /** Ids of the holds that have not ended. */
  readonly active: () => Promise<ReadonlySet<string>>;
}

export function createSilences(services: SilenceServices): Silences {
  const holdsOver = async (failing?: Failing): Promise<readonly Hold[]> =>
    (await silencedIncidents(services)).flatMap(
      // A silence covers at least the incident that it was set on.
      (incident) => silenceOver(incident, failing ?? incident, services.now()) ?? [],
    );
  return {
    over: async (failing) => lastToEnd(await holdsOver(failing)),
    active: async () => new Set((await holdsOver()).map(({ id }) => id)),
  };
}

async function silencedIncidents({ store, silenced, now }: SilenceServices): Promise<readonly Incident[]> {
  const ids = await silenced.all();
  const found = await Promise.all(ids.map((id) => store.find(id)));
  return found.flatMap((incident) => (incident && isActive(incident.silence, now()) ? [incident] : []));
}
