import { OpsError } from '../../errors.ts';
import type { FallbackLedger, FallbackState } from '../../incidents/charge/fallback-states.ts';
import type { IncidentStore } from '../../incidents/journal/store.ts';
import type { Log } from '../../log.ts';
import type { Clock } from '../../ports/ports.ts';
import type { PageAnswer } from '../pager.ts';
import {
  type FallbackMessage,
  incidentMessage,
  slackBackMessage,
  slackDownMessage,
} from './fallback-message.ts';
import type { SendPast } from './fallback-webhook.ts';

/** A queued message past Slack. */
export interface QueuedFallback {
  readonly to: 'webhook' | 'topic';
  readonly incident?: string | undefined;
  readonly state: FallbackState | 'slack-down' | 'slack-back';
  readonly key: string;
  readonly outage: number;
}

/** Sends one. Returns the ms after which to call again, 0 when done. */
export type SendFallback = (
  message: QueuedFallback,
  failures: number,
  signal: AbortSignal,
) => Promise<number>;

export interface SendFallbackDeps {
  readonly store: Pick<IncidentStore, 'load' | 'ids'>;
  readonly ways: Readonly<Partial<Record<QueuedFallback['to'], SendPast>>>;
  readonly ledger: Pick<FallbackLedger, 'outage' | 'note'>;
  /** What is wrong with Slack and what to do, in one line; undefined if Slack takes messages. */
  readonly whySilent: () => Promise<string | undefined>;
  readonly clock: Clock;
  readonly log: Log;
}

const [firstRetryMs, maxRetryMs] = [1_000, 60_000];

/** The name of the message in the ledger. */
export function ledgerKey({ to, key }: Pick<QueuedFallback, 'to' | 'key'>): string {
  return `${to} ${key}`;
}

/**
 * The message is sent before it is noted, so a crash in between sends it again, with the same `dedup_key`. Messages about
 * an outage of Slack that is over are dropped, except for the one which says so.
 */
export function createSendFallback(deps: SendFallbackDeps): SendFallback {
  return async (queued, failures, signal) => {
    const send = deps.ways[queued.to];
    if (send === undefined) return 0;
    if ((await deps.ledger.outage()) !== queued.outage) return 0;
    const message = await messageOf(deps, queued);
    if (message === undefined) return 0;
    return settled(deps, queued, failures, await send(message, signal));
  };
}

async function messageOf(
  { store, whySilent, clock }: SendFallbackDeps,
  { incident, state, key, outage }: QueuedFallback,
): Promise<FallbackMessage | undefined> {
  const stamp = { dedupKey: `${outage}.${key}`, now: clock.now() };
  if (state === 'slack-back') return slackBackMessage(outage, stamp);
  const why = await whySilent();
  if (why === undefined) return undefined;
  if (state === 'slack-down') return slackDownMessage(why, (await store.ids('open')).length, stamp);
  if (incident === undefined) throw new OpsError('unexpected', `${key} names no incident`);
  return incidentMessage(await store.load(incident), state, stamp);
}

async function settled(
  { ledger, log }: SendFallbackDeps,
  queued: QueuedFallback,
  failures: number,
  answer: PageAnswer,
): Promise<number> {
  const { to, state, incident } = queued;
  if (answer.kind === 'later') {
    const { why, afterMs = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failures, 10)) } = answer;
    log.warn({ to, state, incident, why, afterMs }, 'a message past Slack was not taken; it is sent again');
    return afterMs;
  }
  if (answer.kind === 'refused')
    log.error(
      { to, state, incident, why: answer.why },
      'a message past Slack was refused and is not sent again: check notify_fallback in relight.yaml',
    );
  await ledger.note(ledgerKey(queued));
  return 0;
}
