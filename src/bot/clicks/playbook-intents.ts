import { currentRun, type ReportedEnd, reportEnd, startPlaybook } from '../../incidents/choose-playbook.ts';
import type { StepRef } from '../ids.ts';
import type { BotParts } from '../services.ts';
import type { Decide } from './decide.ts';
import type { Asker, Outcome } from './outcome-form.ts';

/** What a person does where a playbook cannot go on by itself. */
export interface WayIntents {
  readonly startPlaybook: (ref: StepRef, asker: Asker, playbook: string) => Promise<Outcome>;
  readonly tellOutcome: (
    ref: StepRef,
    asker: Asker,
    told: { readonly end: ReportedEnd; readonly why: string },
  ) => Promise<Outcome>;
}

export function createWayIntents({ catalog }: Pick<BotParts, 'catalog'>, decide: Decide): WayIntents {
  return {
    startPlaybook: async (ref, asker, id) => {
      const steps = catalog.get(id)?.steps.map(({ key }) => key);
      return decide(ref, asker, (incident, authorize) =>
        steps === undefined
          ? { events: [], answer: { kind: 'refused', says: `There is no playbook ${id}.` } }
          : startPlaybook(incident, pressed(ref, asker, authorize), { id, steps }),
      );
    },
    tellOutcome: async (ref, asker, told) =>
      decide(ref, asker, (incident, authorize) => reportEnd(incident, pressed(ref, asker, authorize), told)),
  };
}

type Click = Parameters<typeof reportEnd>[1];

/** The attempt of a button counts from 1, and so does that of an incident without a playbook. */
function pressed({ attempt }: StepRef, { actor: by }: Asker, authorize: Click['authorize']): Click {
  return { number: attempt - 1, by, authorize };
}

export function attemptFor(incident: Parameters<typeof currentRun>[0]): number {
  return currentRun(incident) + 1;
}
