import {
  type Outcome as End,
  presentRun,
  startPlaybook,
  tellOutcome,
} from '../../incidents/choose-playbook.ts';
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
    told: { readonly outcome: End; readonly why: string },
  ) => Promise<Outcome>;
}

export function createWayIntents({ catalog }: Pick<BotParts, 'catalog'>, decide: Decide): WayIntents {
  return {
    startPlaybook: async (ref, asker, id) => {
      const steps = catalog.get(id)?.steps.map(({ key }) => key);
      return decide(ref, asker, (incident, judge) =>
        steps === undefined
          ? { events: [], answer: { kind: 'refused', says: `There is no playbook ${id}.` } }
          : startPlaybook(incident, pressed(ref, asker, judge), { id, steps }),
      );
    },
    tellOutcome: async (ref, asker, told) =>
      decide(ref, asker, (incident, judge) => tellOutcome(incident, pressed(ref, asker, judge), told)),
  };
}

type Pressed = Parameters<typeof tellOutcome>[1];

/** The attempt of a button counts from 1, and so does that of an incident without a playbook. */
function pressed({ attempt }: StepRef, { actor: by }: Asker, judge: Pressed['judge']): Pressed {
  return { number: attempt - 1, by, judge };
}

export function attemptFor(incident: Parameters<typeof presentRun>[0]): number {
  return presentRun(incident) + 1;
}
