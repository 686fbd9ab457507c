import { allowAttempt } from '../../../incidents/charge/attempt-budget.ts';
import { type CloseRequest, close } from '../../../incidents/charge/close.ts';
import { pause, unpause } from '../../../incidents/charge/pause.ts';
import { reopen } from '../../../incidents/charge/reopen.ts';
import { handOverTo, take } from '../../../incidents/charge/responder.ts';
import { openIncident } from '../../../incidents/intake/incident-ids.ts';
import { type Incident, runOf } from '../../../incidents/model/incident.ts';
import type { Catalog } from '../../../playbooks/catalog.ts';
import type { BotServices } from '../../services.ts';
import type { Intent, Requester } from '../click.ts';
import { firstWithin } from '../deadline.ts';
import { type Decide, recordMs } from '../decide.ts';
import { joinDuplicate } from './join-duplicate.ts';
import { whyNotResponder } from './why-not-responder.ts';

/** What a person can do to the incident as a whole, the same by button, form and command. */
export interface IncidentIntents {
  readonly take: Intent;
  readonly handOver: Intent<[to: string]>;
  readonly pause: Intent<[why: string]>;
  readonly unpause: Intent;
  readonly close: Intent<[request: CloseRequest]>;
  readonly reopen: Intent<[why: string]>;
  readonly allowAttempt: Intent;
}

type Services = Pick<
  BotServices,
  'catalog' | 'store' | 'directory' | 'settings' | 'clock' | 'follow' | 'log'
>;

export function incidentIntents(services: Services, decide: Decide): IncidentIntents {
  const { catalog } = services;
  return {
    ...plainMoves(decide),
    handOver: async (ref, requester, to) => {
      const mayRespond = await whyNotResponder(services, to);
      return decide(ref, requester, (incident, authorize, now) =>
        handOverTo(incident, { by: requester.actor, authorize, now }, { to, mayRespond }),
      );
    },
    close: async (ref, requester, request) => {
      if (request.outcome === 'recovered' && request.job !== undefined) {
        // First the record that points from the job to the incident: without an event in the journal it has no effect.
        const noted = services.follow(request.job.name, ref.incident).then(
          () => true,
          () => false,
        );
        if ((await firstWithin(recordMs, noted)) !== true) return { kind: 'not-recorded' };
      }
      const result = await decide(ref, requester, (incident, authorize, now) =>
        close(incident, { by: requester.actor, authorize, now }, request, asksAfterwards(incident, catalog)),
      );
      if (result.kind === 'recorded' && request.outcome === 'duplicate')
        await joinDuplicate(services, ref.incident, request.into, requester.actor);
      return result;
    },
    reopen: async (ref, requester, why) => {
      const { job, region } = await services.store.load(ref.incident);
      const other = await openIncident({ store: services.store, region }, job);
      return decide(ref, requester, (incident, authorize, now) =>
        reopen(
          incident,
          { by: requester.actor, authorize, now },
          { why, other, plan: planAgain(incident, catalog) },
        ),
      );
    },
  };
}

function plainMoves(decide: Decide): Pick<IncidentIntents, 'take' | 'pause' | 'unpause' | 'allowAttempt'> {
  const move = ({ actor }: Requester) => ({ by: actor });
  return {
    take: (ref, requester) =>
      decide(ref, requester, (incident, authorize, now) =>
        take(incident, { ...move(requester), authorize, now }),
      ),
    pause: (ref, requester, why) =>
      decide(ref, requester, (incident, authorize, now) =>
        pause(incident, { ...move(requester), authorize, now }, why),
      ),
    unpause: (ref, requester) =>
      decide(ref, requester, (incident, authorize, now) =>
        unpause(incident, { ...move(requester), authorize, now }),
      ),
    allowAttempt: (ref, requester) =>
      decide(ref, requester, (incident, authorize, now) =>
        allowAttempt(incident, { ...move(requester), authorize, now }),
      ),
  };
}

/** Whether the playbook continues after the end: it asks its closing questions and then closes the incident. */
export function asksAfterwards(incident: Incident, catalog: Pick<Catalog, 'get'>): boolean {
  return catalog.get(incident.playbook ?? '')?.stepsIn(runOf(incident)) !== undefined;
}

/** The playbook that runs again after a reopening: the last one, or the one for this kind of failure. */
function planAgain(
  { playbook, kind }: Incident,
  catalog: Pick<Catalog, 'get' | 'handling'>,
): { readonly id: string; readonly steps: readonly string[] } | undefined {
  const last = catalog.get(playbook ?? '');
  const entry = last === undefined ? catalog.handling(kind) : { id: playbook ?? '', playbook: last };
  return entry && { id: entry.id, steps: entry.playbook.steps.map(({ key }) => key) };
}
