import { hasItsPlaybook } from '../../incidents/after-config-change.ts';
import { currentRun, type ReportedEnd, reportEnd, startPlaybook } from '../../incidents/choose-playbook.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { BotServices } from '../services.ts';
import type { Intent } from './click.ts';
import type { Decide } from './decide.ts';

/** The choices of a person when a playbook cannot continue on its own. */
export interface PlaybookIntents {
  readonly startPlaybook: Intent<[playbook: string]>;
  readonly reportEnd: Intent<[reported: { readonly end: ReportedEnd; readonly why: string }]>;
}

export function playbookIntents(decide: Decide, catalog: BotServices['catalog']): PlaybookIntents {
  return {
    startPlaybook: (ref, requester, id) => {
      const steps = catalog.get(id)?.steps.map(({ key }) => key);
      return decide(ref, requester, (incident, authorize) =>
        steps === undefined
          ? { events: [], answer: { kind: 'refused', says: `There is no playbook ${id}.` } }
          : startPlaybook(
              incident,
              { number: ref.attempt - 1, by: requester.actor, authorize },
              { id, steps },
            ),
      );
    },
    reportEnd: (ref, requester, reported) =>
      decide(ref, requester, (incident, authorize) =>
        reportEnd(
          incident,
          { number: ref.attempt - 1, by: requester.actor, authorize },
          reported,
          hasItsPlaybook(catalog, incident),
        ),
      ),
  };
}

/** The attempt that these buttons carry counts from 1, and so does that of an incident without a playbook. */
export function attemptFor(incident: Incident): number {
  return currentRun(incident) + 1;
}
