import { peopleWith } from '../../../config/approval-policy.ts';
import { peopleForHelp } from '../../../config/charge-settings.ts';
import { acknowledge } from '../../../incidents/charge/acknowledge.ts';
import { allowAttempt } from '../../../incidents/charge/attempt-budget.ts';
import { breakGlass, glassNotice } from '../../../incidents/charge/break-glass.ts';
import { callHelp } from '../../../incidents/charge/call-help.ts';
import { asksAfterwards, type CloseRequest, close } from '../../../incidents/charge/close.ts';
import { mayAct } from '../../../incidents/charge/move.ts';
import { pause, unpause } from '../../../incidents/charge/pause.ts';
import { reopen } from '../../../incidents/charge/reopen.ts';
import { handOverTo, take } from '../../../incidents/charge/responder.ts';
import { openIncident } from '../../../incidents/intake/incident-ids.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import { completeFollowUp } from '../../../incidents/record/postmortems.ts';
import { viewTrail } from '../../../incidents/record/view-trail.ts';
import type { Catalog } from '../../../playbooks/catalog.ts';
import type { StepRef } from '../../ids.ts';
import type { BotServices } from '../../services.ts';
import type { ClickResponse, Intent, Requester } from '../click.ts';
import { firstWithin } from '../deadline.ts';
import type { Decide, Decides } from '../decide.ts';
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
  readonly callHelp: Intent;
  readonly followUpDone: Intent<[number: number]>;
  readonly acknowledge: Intent;
  readonly breakGlass: Intent<[why: string]>;
  /** Why the person may not act on the incident; undefined if they may. */
  readonly mayAct: (ref: StepRef, requester: Requester) => Promise<ClickResponse | undefined>;
  /** `trail-shown` if the person may read the audit trail; recorded before they do. */
  readonly viewTrail: Intent;
}

type Services = Pick<
  BotServices,
  'catalog' | 'store' | 'directory' | 'settings' | 'clock' | 'follow' | 'limits' | 'log' | 'announce'
>;

export function incidentIntents(services: Services, decide: Decide): IncidentIntents {
  const { catalog } = services;
  return {
    ...plainMoves(decide),
    breakGlass: breakGlassBy(services, decide),
    mayAct: async (ref, requester) => {
      const result = await decide(ref, requester, (_, authorize) => mayAct(authorize));
      return result.kind === 'recorded' ? undefined : result;
    },
    callHelp: callHelpBy(services, decide),
    handOver: (ref, requester, to) => {
      const decision = async (): Promise<Decides> => {
        const mayRespond = await whyNotResponder(services, to);
        return (incident, authorize, now) =>
          handOverTo(incident, { by: requester.actor, authorize, now }, { to, mayRespond });
      };
      return decide(ref, requester, decision());
    },
    followUpDone: (ref, requester, number) =>
      decide(ref, requester, (incident, authorize, now) =>
        completeFollowUp(incident, { by: requester.actor, authorize, now }, number),
      ),
    close: async (ref, requester, request) => closeBy(services, decide, { ref, requester, request }),
    reopen: (ref, requester, why) => {
      const decision = async (): Promise<Decides> => {
        const { job, region } = await services.store.load(ref.incident);
        const other = await openIncident({ store: services.store, region }, job);
        return (incident, authorize, now) =>
          reopen(
            incident,
            { by: requester.actor, authorize, now },
            { why, other, plan: planAgain(incident, catalog) },
          );
      };
      return decide(ref, requester, decision());
    },
  };
}

/** The thread is told by the journal. The channel is told once too, because everyone has to see it. */
function breakGlassBy(
  { settings, announce, clock, limits, log }: Services,
  decide: Decide,
): IncidentIntents['breakGlass'] {
  return async (ref, requester, why) => {
    const call = peopleWith(settings.roles, 'lead');
    const result = await decide(ref, requester, (incident, authorize, now) =>
      breakGlass(incident, { by: requester.actor, authorize, now }, { why, call }),
    );
    if (result.kind !== 'recorded') return result;
    const notice = glassNotice(ref.incident, { why, call, by: requester.actor.user, now: clock.now() });
    await firstWithin(limits.record, announce(notice)).catch((error: unknown) =>
      log.error({ incident: ref.incident, error: String(error) }, 'a break-glass could not be announced'),
    );
    return result;
  };
}

function callHelpBy({ settings }: Services, decide: Decide): Intent {
  return (ref, requester) =>
    decide(ref, requester, (incident, authorize, now) =>
      callHelp(incident, { by: requester.actor, authorize, now }, peopleForHelp(settings, incident.tier)),
    );
}

interface Closing {
  readonly ref: StepRef;
  readonly requester: Requester;
  readonly request: CloseRequest;
}

async function closeBy(
  services: Services,
  decide: Decide,
  { ref, requester, request }: Closing,
): Promise<ClickResponse> {
  const { actor } = requester;
  const decision = async (): Promise<Decides> => {
    // First the record that points from the job to the incident: without an event in the journal it has no effect.
    if (request.outcome === 'recovered' && request.job !== undefined)
      await services.follow(request.job.name, ref.incident);
    return (incident, authorize, now) => {
      const asksMore = asksAfterwards(incident, services.catalog.get(incident.playbook ?? ''));
      return close(incident, { by: actor, authorize, now }, request, asksMore);
    };
  };
  const result = await decide(ref, requester, decision());
  if (result.kind === 'recorded' && request.outcome === 'duplicate')
    await joinDuplicate(services, { duplicate: ref.incident, into: request.into, by: actor });
  return result;
}

function plainMoves(
  decide: Decide,
): Pick<IncidentIntents, 'take' | 'pause' | 'unpause' | 'allowAttempt' | 'acknowledge' | 'viewTrail'> {
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
    acknowledge: (ref, requester) =>
      decide(ref, requester, (incident, authorize, now) =>
        acknowledge(incident, { ...move(requester), authorize, now }, ref.step),
      ),
    viewTrail: (ref, requester) =>
      decide(ref, requester, (incident, authorize, now) =>
        viewTrail(incident, requester.actor, authorize, now),
      ),
  };
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
