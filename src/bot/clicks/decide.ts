import type { Authorize, ClickResult } from '../../incidents/click-result.ts';
import { refusal } from '../../incidents/decisions.ts';
import type { Decision } from '../../incidents/journal/store.ts';
import type { Actor } from '../../incidents/model/events.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import { authorize } from '../access/authorize.ts';
import type { Membership } from '../access/directory.ts';
import type { StepRef } from '../ids.ts';
import type { BotServices } from '../services.ts';
import type { ClickResponse, Requester } from './click.ts';
import { firstWithin } from './deadline.ts';
import { record } from './record/record-click.ts';

/** The decision of one click, from what the journal says now. */
export type Decides = (incident: Incident, authorize: Authorize, now: number) => Decision<ClickResult>;

/**
 * Authorizes, records, and only then reports it: the same for a button, a form and a command. A decision that needs
 * something from Redis or Slack first is a promise, so that its wait counts against the time for the acknowledgment.
 */
export type Decide = (
  ref: Pick<StepRef, 'incident' | 'step'>,
  requester: Requester,
  decision: Decides | Promise<Decides>,
) => Promise<ClickResponse>;

/** For the note of a refusal, which fits into the rest of the 3 s. */
export const noteMs = 250;

export type DecideServices = Pick<
  BotServices,
  | 'store'
  | 'settings'
  | 'directory'
  | 'clock'
  | 'limits'
  | 'log'
  | 'once'
  | 'advance'
  | 'tellAudit'
  | 'client'
>;

export function createDecide(services: DecideServices): Decide {
  return async (ref, requester, decision) => {
    const decides = Promise.resolve(decision);
    // A rejection is handled when the decision is recorded.
    decides.catch(() => undefined);
    const known = await lookUp(services, requester.actor.user);
    const decided = async (): Promise<(incident: Incident) => Decision<ClickResponse>> => {
      const decide = await decides;
      return (incident) =>
        decide(incident, authorizeFor(services, incident, requester, known), services.clock.now());
    };
    const recorded = await record(services, ref.incident, requester, decided());
    const lost = recorded.kind === 'no-incident' && requester.actor.via !== 'command';
    const result: ClickResponse = lost ? { kind: 'incident-lost' } : recorded;
    if (result.kind === 'refused')
      await firstWithin(noteMs, noteRefusal(services, ref, requester.actor, result.says));
    return result;
  };
}

/** What Slack says now, and for looking also what it said last. */
export interface Known {
  readonly now: Membership;
  readonly last: Membership;
}

export async function lookUp(
  { directory, limits }: Pick<DecideServices, 'directory' | 'limits'>,
  user: string,
): Promise<Known> {
  // Both share their calls to Slack.
  const [now, last] = await Promise.all([
    firstWithin(limits.lookup, directory.membership(user)),
    firstWithin(limits.lookup, directory.membership(user, { stale: true })),
  ]);
  const unknown: Membership = { kind: 'unknown', why: `no answer within ${limits.lookup} ms` };
  return { now: now ?? unknown, last: last ?? unknown };
}

export function authorizeFor(
  { settings, clock }: Pick<DecideServices, 'settings' | 'clock'>,
  { tier }: Incident,
  { actor, channel }: Requester,
  { now, last }: Known,
): Authorize {
  return (needed) =>
    authorize(
      { ...needed, user: actor.user, channel, tier },
      settings,
      needed.effect === 'read' ? last : now,
      clock.now(),
    );
}

/** Refusals are part of the audit trail, once per person, step and reason, so that repeated clicks cannot flood it. */
async function noteRefusal(
  services: DecideServices,
  ref: Pick<StepRef, 'incident' | 'step'>,
  actor: Actor,
  why: string,
): Promise<void> {
  try {
    if (!(await services.once(`refused:${ref.incident}:${ref.step}:${actor.user}:${why}`))) return;
    await services.store.transact(ref.incident, ({ pinned }) => ({
      events: [refusal(actor, why, pinned.includes(ref.step) ? ref.step : undefined)],
      answer: undefined,
    }));
    await services.tellAudit(ref.incident);
  } catch (error) {
    services.log.error({ incident: ref.incident, error: String(error) }, 'a refusal could not be recorded');
  }
}
