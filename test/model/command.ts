import type fc from 'fast-check';
import { type AnIncident, calm } from './an-incident.ts';

/** The parts of the world that decide which commands make sense. All else is judged by the ledgers at the end. */
export interface Model {
  failed: boolean;
  up: boolean;
  slackUp: boolean;
}

export type Command = fc.AsyncCommand<Model, AnIncident>;

/** Nothing is awaited before a hasty command, so that it races with what runs. */
export function command(
  name: string,
  check: (model: Readonly<Model>) => boolean,
  run: (incident: AnIncident, model: Model) => Promise<void>,
  hasty = false,
): Command {
  return {
    check,
    run: async (model, incident) => {
      if (!hasty) await calm(incident);
      await run(incident, model);
    },
    toString: () => `${name}${hasty ? ' at once' : ''}`,
  };
}
