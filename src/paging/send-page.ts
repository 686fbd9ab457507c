import { isPageRecorded, type Page, pagesDue } from '../incidents/charge/pages.ts';
import type { IncidentStore } from '../incidents/journal/store.ts';
import type { CalledLevel } from '../incidents/model/calls/escalation-states.ts';
import type { Incident } from '../incidents/model/incident.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/ports.ts';
import { pageEvent } from './page-event.ts';
import type { PageAnswer, Pager } from './pager.ts';

/** A page of an incident. */
export interface IncidentPage extends Page {
  readonly incident: string;
}

/** Sends one page. Returns the ms after which to call again, 0 when done. `failures`: how often it was not taken so far. */
export type SendPage = (page: IncidentPage, failures: number, signal: AbortSignal) => Promise<number>;

export interface PageDeps {
  readonly store: Pick<IncidentStore, 'load' | 'record'>;
  readonly pager: Pager;
  /** The address of an incident's thread; undefined if Slack does not tell it. */
  readonly linkTo: (incident: string) => Promise<string | undefined>;
  /** Notes that the incident may have more pages to send: one that ended meanwhile has its alert to resolve. */
  readonly note: (incident: string) => Promise<void>;
  readonly advance: (incident: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const firstRetryMs = 1_000;
const maxRetryMs = 60_000;

/**
 * The page is sent before it is recorded, so a crash in between sends it again, and the tool adds it to the same alert. A
 * page that is no longer due is not sent.
 */
export function createSendPage(deps: PageDeps): SendPage {
  return async (page, failures, signal) => {
    const incident = await deps.store.load(page.incident);
    const level = incident.called?.find(({ first }) => first === page.first);
    if (level === undefined || !isDue(incident, page)) return 0;
    const link =
      page.action === 'trigger' ? await deps.linkTo(incident.id).catch(() => undefined) : undefined;
    const event = pageEvent(incident, level, page.action, deps.clock.now(), link);
    return settled(deps, { page, level, failures, answer: await deps.pager(event, signal) });
  };
}

function isDue(incident: Incident, { first, action, number }: Page): boolean {
  return pagesDue(incident).some(
    (due) => due.first === first && due.action === action && due.number === number,
  );
}

interface Sent {
  readonly page: IncidentPage;
  readonly level: CalledLevel;
  readonly failures: number;
  readonly answer: PageAnswer;
}

async function settled(
  { store, note, advance, log }: PageDeps,
  { page, level: { level }, failures, answer }: Sent,
): Promise<number> {
  const { incident, first, action, number } = page;
  if (answer.kind === 'later') {
    const { why, afterMs = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failures, 10)) } = answer;
    log.warn(
      { incident, level, action, why, afterMs },
      'the on-call tool did not take a page; it is sent again',
    );
    return afterMs;
  }
  const refused = answer.kind === 'refused' ? answer.why : undefined;
  if (refused !== undefined)
    log.error(
      { incident, level, action, why: refused },
      'the on-call tool refused a page, which is not sent again: check RELIGHT_PAGING_KEY and paging.url in relight.yaml',
    );
  await note(incident);
  await store.record(incident, (present) =>
    isPageRecorded(present, page)
      ? []
      : [{ type: 'paged', level, first, action, number, ...(refused !== undefined && { refused }) }],
  );
  await advance(incident);
  return 0;
}
