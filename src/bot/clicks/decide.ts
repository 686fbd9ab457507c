import { asOpsError } from '../../errors.ts';
import { type Authorize, type ClickResult } from '../../incidents/click-result.ts';
import { refusal } from '../../incidents/decisions.ts';
import type { Decision } from '../../incidents/journal/store.ts';
import type { Actor } from '../../incidents/model/events.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import { authorize } from '../access/authorize.ts';
import type { Membership } from '../access/directory.ts';
import type { StepRef } from '../ids.ts';
import type { BotParts } from '../services.ts';
import { firstWithin } from './deadline.ts';
import type { Asker, Outcome } from './outcome-form.ts';

/** Authorise, record, and only then say so: the same for a button, a form and a command. */
export type Decide = (
  ref: Pick<StepRef, 'incident' | 'step'>,
  asker: Asker,
  decision: (incident: Incident, authorize: Authorize, now: number) => Decision<ClickResult>,
) => Promise<Outcome>;

/** Slack wants its answer within 3 s, or the person sees an error: https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response */
const lookupMs = 1_000;
export const recordMs = 1_500;
const noteMs = 250;

export type DecideParts = Pick<
  BotParts,
  'store' | 'settings' | 'directory' | 'clock' | 'log' | 'once' | 'advance'
>;

export function createDecide(parts: DecideParts): Decide {
  return async (ref, asker, decision) => {
    const membership = await lookUp(parts, asker.actor.user);
    const recorded = await record(parts, ref.incident, (incident) =>
      decision(incident, authorizeFor(parts, incident, asker, membership), parts.clock.now()),
    );
    const lost = recorded.kind === 'no-incident' && asker.actor.via !== 'command';
    const outcome: Outcome = lost ? { kind: 'incident-lost' } : recorded;
    if (outcome.kind === 'refused')
      await firstWithin(noteMs, noteRefusal(parts, ref, asker.actor, outcome.says));
    return outcome;
  };
}

async function lookUp({ directory }: DecideParts, user: string): Promise<Membership> {
  const known = await firstWithin(lookupMs, directory.membership(user));
  return known ?? { kind: 'unknown', why: `no answer within ${lookupMs} ms` };
}

function authorizeFor(
  { settings, clock }: DecideParts,
  { tier }: Incident,
  { actor, channel }: Asker,
  membership: Membership,
): Authorize {
  return (needed) =>
    authorize({ ...needed, user: actor.user, channel, tier }, settings, membership, clock.now());
}

/** Nothing is recorded once the person has been told that nothing was. */
async function record(
  { store, clock, log, advance }: DecideParts,
  id: string,
  decide: (incident: Incident) => Decision<ClickResult>,
): Promise<Outcome> {
  const deadline = clock.now() + recordMs;
  const recording = store
    .transact<Outcome>(id, (incident) =>
      clock.now() > deadline ? { events: [], answer: { kind: 'not-recorded' } } : decide(incident),
    )
    .then(({ answer }) => answer);
  try {
    const outcome = await firstWithin(recordMs, recording);
    if (outcome !== undefined) return outcome;
    // The write was under way when the time was up: should it still arrive, it must be acted upon.
    recording
      .then(() => advance(id))
      .catch((error: unknown) => log.warn({ incident: id, error: String(error) }, 'not recorded in time'));
    return { kind: 'not-recorded' };
  } catch (thrown) {
    const error = asOpsError(thrown);
    if (error.code === 'incident-unknown') return { kind: 'no-incident' };
    log.error({ incident: id, error: error.message }, 'a press could not be recorded');
    return { kind: 'not-recorded' };
  }
}

/** Part of the trail, but a person who keeps pressing does not fill it. */
async function noteRefusal(
  parts: DecideParts,
  ref: Pick<StepRef, 'incident' | 'step'>,
  actor: Actor,
  why: string,
): Promise<void> {
  try {
    if (!(await parts.once(`refused:${ref.incident}:${ref.step}:${actor.user}`))) return;
    await parts.store.transact(ref.incident, ({ pinned }) => ({
      events: [refusal(actor, why, pinned.includes(ref.step) ? ref.step : undefined)],
      answer: undefined,
    }));
  } catch (error) {
    parts.log.error({ incident: ref.incident, error: String(error) }, 'a refusal could not be noted');
  }
}
