import { hasItsPlaybook } from '../../incidents/after-config-change.ts';
import { approve } from '../../incidents/approve.ts';
import { noChange, standstill } from '../../incidents/click-result.ts';
import { adjust, answerManual, type FormInput, rebuildRequest, retry } from '../../incidents/decisions.ts';
import type { FoundRequest } from '../../incidents/request/find-request.ts';
import { outdatedRequests } from '../../incidents/request/outdated-request.ts';
import { viewRequest } from '../../incidents/request/view-request.ts';
import type { Role } from '../../playbooks/define.ts';
import type { StepRef } from '../ids.ts';
import type { BotServices } from '../services.ts';
import type { ClickResponse, Intent, Requester } from './click.ts';
import type { Decide, Decides } from './decide.ts';
import { type HoldIntents, holdIntents } from './hold-intents.ts';
import { type IncidentIntents, incidentIntents } from './incident/incident-intents.ts';
import { type PlaybookIntents, playbookIntents } from './playbook-intents.ts';
import { type MoveIntents, moveIntents } from './step-move-intents.ts';

interface StepIntents {
  readonly approve: Intent;
  readonly retry: Intent;
  /** Like `retry`, but records only a refusal. */
  readonly mayRetry: Intent;
  /** `shown` if the person may read the request that was found; recorded before they do. */
  readonly viewRequest: Intent<[found: FoundRequest | undefined]>;
  readonly fillIn: Intent<[purpose: FormPurpose, filled: FormInput]>;
  /** Why the person may not open the form now; undefined if they may. */
  readonly mayFillIn: (
    ref: StepRef,
    requester: Requester,
    purpose: FormPurpose,
    role: Role,
  ) => Promise<ClickResponse | undefined>;
}

/** Everything a person can do to an incident, the same by button, form and command. */
export interface Intents extends StepIntents, HoldIntents, PlaybookIntents, MoveIntents, IncidentIntents {}

/** `answer` completes a manual step; `adjust` rebuilds a proposal with other values. */
export type FormPurpose = 'answer' | 'adjust';

const filledIn = { answer: answerManual, adjust } as const;

export function createIntents(services: BotServices, decide: Decide): Intents {
  const { silenced, catalog } = services;
  return {
    ...stepIntents(services, decide),
    ...holdIntents(decide, silenced),
    ...playbookIntents(decide, catalog),
    ...moveIntents(decide, catalog),
    ...incidentIntents(services, decide),
  };
}

/** A playbook that is gone, or has other steps, would not carry out what a person decides about its steps. */
function withPlaybook(catalog: BotServices['catalog'], decides: Decides): Decides {
  return (incident, authorize, now) =>
    incident.playbook === undefined || standstill(incident) !== undefined || hasItsPlaybook(catalog, incident)
      ? decides(incident, authorize, now)
      : noChange({ kind: 'playbook-lost' });
}

/** A request for which relight.yaml now asks other approvals is built again instead of approved. */
function approveIntent({ catalog, halts, rules }: BotServices, decide: Decide): Intent {
  const outdated = outdatedRequests(catalog, rules);
  return (ref, requester) => {
    // An approval that nobody can use now would only lapse.
    const decision = async (): Promise<Decides> => {
      const halt = await halts.current();
      return withPlaybook(catalog, (incident, authorize, now) => {
        const by = requester.actor;
        return approve(incident, { target: ref, by, authorize, now, halt, outdated: outdated(incident) });
      });
    };
    return decide(ref, requester, decision());
  };
}

function retryOf(ref: StepRef, { actor: by }: Requester): Decides {
  return (incident, authorize, now) => {
    const click = { target: ref, by, authorize, now };
    // A failed step has no request to name; a hash means the button on a request that could not be shown.
    return ref.hash === '' ? retry(incident, click) : rebuildRequest(incident, click);
  };
}

function stepIntents(services: BotServices, decide: Decide): StepIntents {
  const onStep = (decides: Decides): Decides => withPlaybook(services.catalog, decides);
  return {
    approve: approveIntent(services, decide),
    retry: (ref, requester) => decide(ref, requester, onStep(retryOf(ref, requester))),
    mayRetry: (ref, requester) =>
      decide(
        ref,
        requester,
        onStep((...given) => ({ ...retryOf(ref, requester)(...given), events: [] })),
      ),
    viewRequest: (ref, requester, found) =>
      decide(ref, requester, (incident, authorize, now) =>
        viewRequest(incident, { ...ref, found }, requester.actor, authorize, now),
      ),
    fillIn: (ref, requester, purpose, filled) =>
      decide(
        ref,
        requester,
        onStep((incident, authorize, now) =>
          filledIn[purpose](incident, { target: ref, by: requester.actor, authorize, now }, filled),
        ),
      ),
    mayFillIn: async (ref, requester, purpose, role) => {
      const result = await decide(
        ref,
        requester,
        onStep((incident, authorize, now) => {
          const click = { target: ref, by: requester.actor, authorize, now };
          return { ...filledIn[purpose](incident, click, { role, answers: {} }), events: [] };
        }),
      );
      return result.kind === 'recorded' ? undefined : result;
    },
  };
}
