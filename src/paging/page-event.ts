import { clock, minutes } from '../in-words.ts';
import type { Page } from '../incidents/charge/pages.ts';
import type { EscalationLevel } from '../incidents/model/calls/escalation-events.ts';
import type { CalledLevel } from '../incidents/model/calls/escalation-states.ts';
import { rtoClock } from '../incidents/model/clock.ts';
import type { Incident } from '../incidents/model/incident.ts';
import { failureWords } from '../ports/failure-kind.ts';
import { redactValue } from '../sanitize/redaction.ts';

/** An event as the PagerDuty Events API v2 takes it, without the key: https://developer.pagerduty.com/docs/send-alert-event */
export interface PageEvent {
  readonly event_action: Page['action'];
  /**
   * One per level: an on-call tool adds a second event with the same key to the alert that is open and wakes nobody, and a
   * lead must be woken even if the responder has acknowledged.
   */
  readonly dedup_key: string;
  readonly client?: string;
  readonly client_url?: string;
  readonly payload?: PagePayload;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  readonly images?: readonly never[];
}

interface PagePayload {
  readonly summary: string;
  readonly source: string;
  readonly severity: 'critical' | 'error' | 'warning' | 'info';
  readonly timestamp: string;
  readonly component: string;
  readonly group: string;
  readonly class: string;
  readonly custom_details: Readonly<Record<string, string | number>>;
}

const severities = {
  responder: 'warning',
  predicted: 'error',
  lead: 'error',
  contacts: 'critical',
} as const satisfies Record<EscalationLevel, PagePayload['severity']>;

/** The limit of the Events API. */
const maxSummary = 1_024;
/** Job names have at most 63 characters, and endpoint and alarm names 255. */
const maxName = 255;

/** `link`: the address of the incident's thread. */
export function pageEvent(
  incident: Incident,
  level: CalledLevel,
  action: Page['action'],
  now: number,
  link: string | undefined,
): PageEvent {
  const key = { event_action: action, dedup_key: `${incident.id}.${level.level}.${level.first}` };
  if (action !== 'trigger') return key;
  return {
    ...key,
    client: 'Relight',
    ...(link !== undefined && { client_url: link }),
    payload: payloadOf(incident, level, now),
    links: link === undefined ? [] : [{ href: link, text: 'The incident thread in Slack' }],
    images: [],
  };
}

function payloadOf(incident: Incident, { level, at, number }: CalledLevel, now: number): PagePayload {
  const { id, job, tier, kind, region, rtoMinutes, alarms, responder } = incident;
  const { deadline } = rtoClock(incident, now);
  const summary = `${job}: ${failureWords[kind]}. ${timeWords(incident, level, now)} (${id})`;
  // Redacted before it is cut: half a secret would not be recognized.
  const { summary: shown, ...rest } = redactValue({
    summary,
    source: job,
    severity: severities[level],
    timestamp: new Date(at).toISOString(),
    component: job,
    group: tier,
    class: kind,
    custom_details: {
      incident: id,
      region,
      failure: failureWords[kind],
      alarm: (alarms[0]?.name ?? '').slice(0, maxName),
      call: number,
      rto_minutes: rtoMinutes,
      deadline: new Date(deadline).toISOString(),
      responder: responder?.user ?? 'nobody yet',
    },
  });
  return { summary: shown.slice(0, maxSummary), ...rest };
}

function timeWords(incident: Incident, level: EscalationLevel, now: number): string {
  const { tier } = incident;
  const { minutesLeft, deadline, broken } = rtoClock(incident, now);
  if (broken) return `The ${tier} RTO is missed since ${clock(deadline)}`;
  const left = `${minutes(minutesLeft)} left of the ${tier} RTO, until ${clock(deadline)}`;
  return level === 'predicted' ? `The RTO will probably be missed: ${left}` : left;
}
