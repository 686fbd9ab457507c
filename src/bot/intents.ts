import { asOpsError } from '../errors.ts';
import {
  type Answer,
  adjust,
  answerManual,
  approve,
  type Filled,
  type Judge,
  refusal,
  retry,
} from '../incidents/decisions.ts';
import type { Actor } from '../incidents/events.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Decision } from '../incidents/store.ts';
import type { Role } from '../playbooks/define.ts';
import { authorize } from './authorize.ts';
import { firstWithin } from './deadline.ts';
import type { Membership } from './directory.ts';
import type { StepRef } from './ids.ts';
import type { BotParts } from './parts.ts';

/** What became of what a person wanted: exactly one of these, and one sentence for each. */
export type Outcome = Answer | { readonly kind: 'not-recorded' } | { readonly kind: 'no-incident' };

/** A person at a place in Slack, as Slack signed it. */
export interface Asker {
  readonly actor: Actor;
  readonly channel: string;
}

export interface Intents {
  readonly approve: (ref: StepRef, asker: Asker) => Promise<Outcome>;
  readonly retry: (ref: StepRef, asker: Asker) => Promise<Outcome>;
  readonly fillIn: (ref: StepRef, asker: Asker, purpose: FormPurpose, filled: Filled) => Promise<Outcome>;
  /** Whether the person may open the form now; undefined when they may. */
  readonly mayFillIn: (
    ref: StepRef,
    asker: Asker,
    purpose: FormPurpose,
    role: Role,
  ) => Promise<Outcome | undefined>;
}

/** `answer`: a manual step is done by it; `adjust`: a proposal is made anew with other values. */
export type FormPurpose = 'answer' | 'adjust';

const filledIn = { answer: answerManual, adjust } as const;

/** Slack wants its answer within 3 s, or the person sees an error: https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response */
const lookupMs = 1_000;
const recordMs = 1_500;
const noteMs = 250;

export type IntentParts = Pick<
  BotParts,
  'store' | 'settings' | 'directory' | 'clock' | 'log' | 'once' | 'advance'
>;

/** Authorise, record, and only then say so: the same for a button, a form and a command. */
export function createIntents(parts: IntentParts): Intents {
  const decideBy =
    (decide: (incident: Incident, judge: Judge) => Decision<Answer>) =>
    async (ref: StepRef, asker: Asker): Promise<Outcome> => {
      const membership = await lookUp(parts, asker.actor.user);
      const outcome = await record(parts, ref.incident, (incident) =>
        decide(incident, judgeFor(parts, incident, asker, membership)),
      );
      if (outcome.kind === 'refused')
        await firstWithin(noteMs, noteRefusal(parts, ref, asker.actor, outcome.says));
      return outcome;
    };
  return {
    approve: async (ref, asker) =>
      decideBy((incident, judge) => approve(incident, ref, asker.actor, judge))(ref, asker),
    retry: async (ref, asker) =>
      decideBy((incident, judge) => retry(incident, ref, asker.actor, judge))(ref, asker),
    fillIn: async (ref, asker, purpose, filled) =>
      decideBy((incident, judge) => filledIn[purpose](incident, ref, asker.actor, judge, filled))(ref, asker),
    mayFillIn: async (ref, asker, purpose, role) => {
      const outcome = await decideBy((incident, judge) => ({
        events: [],
        answer: filledIn[purpose](incident, ref, asker.actor, judge, { role, answers: {} }).answer,
      }))(ref, asker);
      return outcome.kind === 'recorded' ? undefined : outcome;
    },
  };
}

async function lookUp({ directory }: IntentParts, user: string): Promise<Membership> {
  const known = await firstWithin(lookupMs, directory.membership(user));
  return known ?? { kind: 'unknown', why: `no answer within ${lookupMs} ms` };
}

function judgeFor(
  { settings, clock }: IntentParts,
  { tier }: Incident,
  { actor, channel }: Asker,
  membership: Membership,
): Judge {
  return (needed) =>
    authorize({ ...needed, user: actor.user, channel, tier }, settings, membership, clock.now());
}

/** Nothing is recorded once the person has been told that nothing was. */
async function record(
  { store, clock, log, advance }: IntentParts,
  id: string,
  decide: (incident: Incident) => Decision<Answer>,
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
async function noteRefusal(parts: IntentParts, ref: StepRef, actor: Actor, why: string): Promise<void> {
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
