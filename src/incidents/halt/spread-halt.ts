import type { Log } from '../../log.ts';
import type { Clock } from '../../ports/ports.ts';
import type { Announcement } from '../announcement.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { IncidentEvent } from '../model/events.ts';
import type { Incident } from '../model/incident.ts';
import {
  type AnnouncedHalt,
  type HaltStore,
  type Halts,
  haltInWords,
  type Lifted,
  toResume,
} from './halts.ts';

export interface SpreadDeps {
  readonly halts: Halts;
  readonly shared: HaltStore;
  readonly store: Pick<IncidentStore, 'ids' | 'record'>;
  readonly announce: (announcement: Announcement) => Promise<void>;
  readonly advance: (incident: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Says in the channel and in every open thread that changes are halted, and later that they have resumed. It may run at
 * any time, in any process, and again after a crash: the journals and the notices record each halt once.
 */
export function createSpreadHalt(deps: SpreadDeps): () => Promise<void> {
  const { halts, shared, clock } = deps;
  return async () => {
    await halts.share();
    const [halt, before] = [await halts.current(), await shared.announced()];
    if (halt !== undefined) {
      const announced = before ?? (await shared.begin({ ...halt, at: clock.now() }));
      await deps.announce(haltNotice(announced));
      await inOpenThreads(deps, (incident) => haltedBy(incident, announced));
    } else if (before !== undefined) {
      const lifted = await shared.lifted();
      await deps.announce(resumedNotice(before, lifted));
      await inOpenThreads(deps, (incident) => resumedAfter(incident, before, lifted));
      await shared.end(before);
    }
  };
}

/** An incident that already knows the halt records nothing; one that opens during the halt learns of it then. */
function haltedBy(
  { halts = [] }: Incident,
  { at, why, source, by }: AnnouncedHalt,
): readonly IncidentEvent[] {
  if (halts.some(({ since }) => since === at)) return [];
  return [{ type: 'changes-halted', since: at, why, source, ...(by !== undefined && { by: actor(by) }) }];
}

function resumedAfter(
  { halts = [] }: Incident,
  { at }: AnnouncedHalt,
  lifted: Lifted | undefined,
): readonly IncidentEvent[] {
  const open = halts.some(({ since, ended }) => since === at && ended === undefined);
  if (!open) return [];
  return [{ type: 'changes-resumed', since: at, ...(lifted !== undefined && { by: actor(lifted.by) }) }];
}

function actor(user: string): { user: string; via: 'command' } {
  return { user, via: 'command' };
}

async function inOpenThreads(
  { store, advance, log }: SpreadDeps,
  eventsFor: (incident: Incident) => readonly IncidentEvent[],
): Promise<void> {
  for (const id of await store.ids('open')) {
    try {
      let news = false;
      await store.record(id, (incident) => {
        // An incident that was closed meanwhile has no thread to tell.
        const events = incident.closed === undefined ? eventsFor(incident) : [];
        news = events.length > 0;
        return events;
      });
      if (news) await advance(id);
    } catch (error) {
      // The next run tells this thread; the others must not wait for it.
      log.error({ incident: id, error: String(error) }, 'a halt could not be recorded');
    }
  }
}

function haltNotice(halt: AnnouncedHalt): Announcement {
  return {
    id: `halted-${halt.at}`,
    sign: 'warning',
    headline: 'All changes are halted',
    lines: [
      `Why: ${haltInWords(halt).replaceAll('`', '')}`,
      'Relight starts no job, copies no checkpoint and changes no endpoint until changes resume. It keeps reading, and follows what already runs in AWS.',
      toResume(halt).replaceAll('`', ''),
    ],
  };
}

function resumedNotice(halt: AnnouncedHalt, lifted: Lifted | undefined): Announcement {
  return {
    id: `resumed-${halt.at}`,
    sign: 'done',
    headline: 'Changes have resumed',
    lines: [
      `They were halted: ${haltInWords(halt).replaceAll('`', '')}`,
      `${lifted === undefined ? 'The file or the variable is gone. ' : ''}Approved changes that still hold are carried out now; approvals older than 15 minutes are asked for again.`,
    ],
  };
}
