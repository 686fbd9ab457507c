import { currentRun, type ReportedEnd, reportEnd, startPlaybook } from '../../incidents/choose-playbook.ts';
import type { Authorize } from '../../incidents/click-result.ts';
import {
  adjust,
  answerManual,
  approve,
  type FormInput,
  rebuildRequest,
  retry,
} from '../../incidents/decisions.ts';
import { endSilence, letThrough, type SilenceRequest, silence } from '../../incidents/holds/silence.ts';
import type { Actor } from '../../incidents/model/events.ts';
import type { FoundRequest } from '../../incidents/request/find-request.ts';
import { viewRequest } from '../../incidents/request/view-request.ts';
import type { Role } from '../../playbooks/define.ts';
import type { StepRef } from '../ids.ts';
import type { BotServices } from '../services.ts';
import type { ClickResponse, Requester } from './click.ts';
import { firstWithin } from './deadline.ts';
import { type Decide, recordMs } from './decide.ts';

/** The work on one step. */
interface StepIntents {
  readonly approve: (ref: StepRef, requester: Requester) => Promise<ClickResponse>;
  readonly retry: (ref: StepRef, requester: Requester) => Promise<ClickResponse>;
  /** `shown` if the person may read the request that was found; recorded before they do. */
  readonly viewRequest: (
    ref: StepRef,
    requester: Requester,
    found: FoundRequest | undefined,
  ) => Promise<ClickResponse>;
  readonly fillIn: (
    ref: StepRef,
    requester: Requester,
    purpose: FormPurpose,
    filled: FormInput,
  ) => Promise<ClickResponse>;
  /** Why the person may not open the form now; undefined if they may. */
  readonly mayFillIn: (
    ref: StepRef,
    requester: Requester,
    purpose: FormPurpose,
    role: Role,
  ) => Promise<ClickResponse | undefined>;
}

/** Fewer new threads for a while, or all of them again. */
interface HoldIntents {
  /** `ref.attempt`: the number of the silence. */
  readonly silence: (ref: StepRef, requester: Requester, wanted: SilenceRequest) => Promise<ClickResponse>;
  readonly endSilence: (ref: StepRef, requester: Requester) => Promise<ClickResponse>;
  /** Opens the thread of an incident that is held back. */
  readonly letThrough: (incident: string, requester: Requester) => Promise<ClickResponse>;
}

/** The choices of a person when a playbook cannot continue on its own. */
interface PlaybookIntents {
  readonly startPlaybook: (ref: StepRef, requester: Requester, playbook: string) => Promise<ClickResponse>;
  readonly reportEnd: (
    ref: StepRef,
    requester: Requester,
    reported: { readonly end: ReportedEnd; readonly why: string },
  ) => Promise<ClickResponse>;
}

/** Everything a person can do to an incident, the same by button, form and command. */
export interface Intents extends StepIntents, HoldIntents, PlaybookIntents {}

/** `answer` completes a manual step; `adjust` rebuilds a proposal with other values. */
export type FormPurpose = 'answer' | 'adjust';

const filledIn = { answer: answerManual, adjust } as const;

export function createIntents(
  { clock, silenced, catalog }: Pick<BotServices, 'clock' | 'silenced' | 'catalog'>,
  decide: Decide,
): Intents {
  return {
    ...stepIntents(decide, clock.now),
    ...holdIntents(decide, silenced, clock.now),
    ...playbookIntents(decide, catalog),
  };
}

function stepIntents(decide: Decide, now: () => number): StepIntents {
  return {
    approve: async (ref, requester) =>
      decide(ref, requester, (incident, authorize, at) =>
        approve(incident, ref, requester.actor, authorize, at),
      ),
    retry: async (ref, requester) =>
      decide(ref, requester, (incident, authorize, at) =>
        // A failed step has no request to name; a hash means the button on a request that could not be shown.
        ref.hash === ''
          ? retry(incident, ref, requester.actor, authorize)
          : rebuildRequest(incident, ref, requester.actor, authorize, at),
      ),
    viewRequest: async (ref, requester, found) =>
      decide(ref, requester, (incident, authorize) =>
        viewRequest(incident, { ...ref, found }, requester.actor, authorize, now()),
      ),
    fillIn: async (ref, requester, purpose, filled) =>
      decide(ref, requester, (incident, authorize, at) =>
        filledIn[purpose](incident, ref, requester.actor, authorize, filled, at),
      ),
    mayFillIn: async (ref, requester, purpose, role) => {
      const result = await decide(ref, requester, (incident, authorize, at) => ({
        events: [],
        answer: filledIn[purpose](incident, ref, requester.actor, authorize, { role, answers: {} }, at)
          .answer,
      }));
      return result.kind === 'recorded' ? undefined : result;
    },
  };
}

function holdIntents(decide: Decide, silenced: BotServices['silenced'], now: () => number): HoldIntents {
  const clicked = ({ attempt: number }: StepRef, by: Actor, authorize: Authorize) => ({
    number,
    by,
    authorize,
    now: now(),
  });
  return {
    silence: async (ref, requester, wanted) => {
      // The set comes first: the holds look only at incidents in it, and one without an event in its journal is ignored.
      const noted = await firstWithin(
        recordMs,
        silenced.add(ref.incident).then(
          () => true,
          () => false,
        ),
      );
      if (noted !== true) return { kind: 'not-recorded' };
      return decide(ref, requester, (incident, authorize) =>
        silence(incident, clicked(ref, requester.actor, authorize), wanted),
      );
    },
    endSilence: async (ref, requester) =>
      decide(ref, requester, (incident, authorize) =>
        endSilence(incident, clicked(ref, requester.actor, authorize)),
      ),
    letThrough: async (incident, requester) =>
      decide({ incident, step: 'snooze' }, requester, (present, authorize) =>
        letThrough(present, { by: requester.actor, authorize }),
      ),
  };
}

function playbookIntents(decide: Decide, catalog: BotServices['catalog']): PlaybookIntents {
  // The attempt of a button counts from 1, and so does that of an incident without a playbook.
  const clicked = ({ attempt }: StepRef, by: Actor, authorize: Authorize) => ({
    number: attempt - 1,
    by,
    authorize,
  });
  return {
    startPlaybook: async (ref, requester, id) => {
      const steps = catalog.get(id)?.steps.map(({ key }) => key);
      return decide(ref, requester, (incident, authorize) =>
        steps === undefined
          ? { events: [], answer: { kind: 'refused', says: `There is no playbook ${id}.` } }
          : startPlaybook(incident, clicked(ref, requester.actor, authorize), { id, steps }),
      );
    },
    reportEnd: async (ref, requester, reported) =>
      decide(ref, requester, (incident, authorize) =>
        reportEnd(incident, clicked(ref, requester.actor, authorize), reported),
      ),
  };
}

/** The attempt that the buttons of `PlaybookIntents` carry. */
export function attemptFor(incident: Parameters<typeof currentRun>[0]): number {
  return currentRun(incident) + 1;
}
