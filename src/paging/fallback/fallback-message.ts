import { clock, minutes } from '../../in-words.ts';
import type { FallbackState } from '../../incidents/charge/fallback-states.ts';
import { rtoClock } from '../../incidents/model/clock.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import { failureWords } from '../../ports/failure-kind.ts';
import { redactValue } from '../../sanitize/redaction.ts';

/** A message past Slack. Its fields are a contract: webhooks and subscribers of the topic read them. */
export interface FallbackMessage {
  /** One line for people. */
  readonly text: string;
  /** `slack-down` and `slack-back` are about no incident. */
  readonly state: FallbackState | 'slack-down' | 'slack-back';
  /** The same message sent again, after a crash, has the same key. */
  readonly dedup_key: string;
  readonly at: string;
  readonly incident?: string;
  readonly job?: string;
  readonly tier?: string;
  readonly failure?: string;
  readonly region?: string;
  readonly rto_deadline?: string;
  readonly responder?: string;
}

interface Stamp {
  readonly dedupKey: string;
  readonly now: number;
}

export function incidentMessage(
  incident: Incident,
  state: FallbackState,
  { dedupKey, now }: Stamp,
): FallbackMessage {
  const { id, job, tier, kind, region, responder } = incident;
  return redactValue({
    text: `${id} ${stateWords(incident, state)}: ${job}, ${failureWords[kind]}. ${timeWords(incident, now)}.`,
    state,
    dedup_key: dedupKey,
    at: new Date(now).toISOString(),
    incident: id,
    job,
    tier,
    failure: failureWords[kind],
    region,
    rto_deadline: new Date(rtoClock(incident, now).deadline).toISOString(),
    ...(responder !== undefined && { responder: responder.user }),
  });
}

/** `why`: what is wrong with Slack and what to do, in one line. */
export function slackDownMessage(why: string, open: number, { dedupKey, now }: Stamp): FallbackMessage {
  return redactValue({
    text: `Relight cannot post in Slack. ${why} Until then, what happens in open incidents (${open} now) is sent here.`,
    state: 'slack-down',
    dedup_key: dedupKey,
    at: new Date(now).toISOString(),
  });
}

export function slackBackMessage(since: number, { dedupKey, now }: Stamp): FallbackMessage {
  return {
    text: `Slack takes messages again, after ${minutes((now - since) / 60_000)}. Continue in the incident threads there.`,
    state: 'slack-back',
    dedup_key: dedupKey,
    at: new Date(now).toISOString(),
  };
}

function stateWords({ called = [], closed }: Incident, state: FallbackState): string {
  const words = {
    opened: 'is open',
    'needs-approval': 'needs an approval, which is given in Slack',
    escalated: `calls people (${called.at(-1)?.level ?? ''})`,
    recovered: 'is over',
    closed: `was closed (${(closed?.why ?? '').slice(0, 200)})`,
  } as const satisfies Record<FallbackState, string>;
  return words[state];
}

function timeWords(incident: Incident, now: number): string {
  const { tier, recovered } = incident;
  const { minutesLeft, minutesUsed, deadline, broken, stopped } = rtoClock(incident, now);
  if (stopped)
    return `${recovered === undefined ? 'It ended' : 'It recovered'} after ${minutes(minutesUsed)}`;
  if (broken) return `The ${tier} RTO is missed since ${clock(deadline)}`;
  return `${minutes(minutesLeft)} left of the ${tier} RTO, until ${clock(deadline)}`;
}
