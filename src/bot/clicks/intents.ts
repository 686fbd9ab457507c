import {
  adjust,
  answerManual,
  approve,
  type FormInput,
  rebuildRequest,
  retry,
} from '../../incidents/decisions.ts';
import type { FoundRequest } from '../../incidents/request/find-request.ts';
import { viewRequest } from '../../incidents/request/view-request.ts';
import type { Role } from '../../playbooks/define.ts';
import type { Clock } from '../../ports/ports.ts';
import type { StepRef } from '../ids.ts';
import type { Decide } from './decide.ts';
import type { HoldIntents } from './hold-intents.ts';
import type { Asker, Outcome } from './outcome-form.ts';
import type { WayIntents } from './playbook-intents.ts';

export interface StepIntents {
  readonly approve: (ref: StepRef, asker: Asker) => Promise<Outcome>;
  readonly retry: (ref: StepRef, asker: Asker) => Promise<Outcome>;
  /** `shown` when the person may read the request that was found; recorded before they do. */
  readonly viewRequest: (ref: StepRef, asker: Asker, found: FoundRequest | undefined) => Promise<Outcome>;
  readonly fillIn: (ref: StepRef, asker: Asker, purpose: FormPurpose, filled: FormInput) => Promise<Outcome>;
  /** Whether the person may open the form now; undefined when they may. */
  readonly mayFillIn: (
    ref: StepRef,
    asker: Asker,
    purpose: FormPurpose,
    role: Role,
  ) => Promise<Outcome | undefined>;
}

export interface Intents extends StepIntents, HoldIntents, WayIntents {}

/** `answer`: a manual step is done by it; `adjust`: a proposal is made anew with other values. */
export type FormPurpose = 'answer' | 'adjust';

const filledIn = { answer: answerManual, adjust } as const;

export function createStepIntents({ clock }: { readonly clock: Clock }, decide: Decide): StepIntents {
  return {
    approve: async (ref, asker) =>
      decide(ref, asker, (incident, authorize, now) => approve(incident, ref, asker.actor, authorize, now)),
    retry: async (ref, asker) =>
      decide(ref, asker, (incident, authorize, now) =>
        // A failed step has no request to name; a hash means the button on a request that could not be shown.
        ref.hash === ''
          ? retry(incident, ref, asker.actor, authorize)
          : rebuildRequest(incident, ref, asker.actor, authorize, now),
      ),
    viewRequest: async (ref, asker, found) =>
      decide(ref, asker, (incident, authorize) =>
        viewRequest(incident, { ...ref, found }, asker.actor, authorize, clock.now()),
      ),
    fillIn: async (ref, asker, purpose, filled) =>
      decide(ref, asker, (incident, authorize, now) =>
        filledIn[purpose](incident, ref, asker.actor, authorize, filled, now),
      ),
    mayFillIn: async (ref, asker, purpose, role) => {
      const outcome = await decide(ref, asker, (incident, authorize, now) => ({
        events: [],
        answer: filledIn[purpose](incident, ref, asker.actor, authorize, { role, answers: {} }, now).answer,
      }));
      return outcome.kind === 'recorded' ? undefined : outcome;
    },
  };
}
