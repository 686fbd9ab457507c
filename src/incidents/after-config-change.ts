import type { Catalog } from '../playbooks/catalog.ts';
import { asksAfterwards } from './charge/close.ts';
import { playbookLost, tierRemoved } from './model/config/config-notes.ts';
import type { IncidentEvent } from './model/events.ts';
import { type Incident, isEndKnown, isOpen, runsOf } from './model/incident.ts';
import { outdatedRequests, policyNow, type RulesNow } from './request/outdated-request.ts';

/** The next event that follows from what relight.yaml and the playbooks are now; undefined if there is none. */
export type AfterConfigChange = (incident: Incident, now: number) => IncidentEvent | undefined;

/** How long an incident whose end is known waits for its lost playbook, which would ask the closing questions. */
export const lostMs = 60 * 60_000;

export function afterConfigChange(catalog: Pick<Catalog, 'get'>, rules: RulesNow): AfterConfigChange {
  const outdated = outdatedRequests(catalog, rules);
  return (incident, now) =>
    isOpen(incident)
      ? (tierIsGone(rules, incident) ??
        playbookIsGone(catalog, incident) ??
        endWithoutPlaybook(catalog, incident, now) ??
        outdated(incident))
      : undefined;
}

function tierIsGone(rules: RulesNow, incident: Incident): IncidentEvent | undefined {
  const { tier } = incident;
  // An outage of jobs without a tier has none.
  if (tier === '' || rules.hasTier(tier) || tierRemoved(incident, tier) !== undefined) return undefined;
  const { needs } = policyNow(rules, incident, { policyClass: 'spend', role: 'responder' });
  return { type: 'tier-removed', tier, needs };
}

/** Whether this process has the playbook of the incident, with the steps that it started with. */
export function hasItsPlaybook(catalog: Pick<Catalog, 'get'>, incident: Incident): boolean {
  return asksAfterwards(incident, catalog.get(incident.playbook ?? ''));
}

function playbookIsGone(catalog: Pick<Catalog, 'get'>, incident: Incident): IncidentEvent | undefined {
  const { playbook } = incident;
  const run = runsOf(incident).length;
  if (playbook === undefined || hasItsPlaybook(catalog, incident)) return undefined;
  if (playbookLost(incident, run) !== undefined) return undefined;
  const how = catalog.get(playbook) === undefined ? 'removed' : 'changed';
  return { type: 'playbook-lost', playbook, run, how };
}

/** Nobody is left to ask the closing questions. */
function endWithoutPlaybook(
  catalog: Pick<Catalog, 'get'>,
  incident: Incident,
  now: number,
): IncidentEvent | undefined {
  const lost = playbookLost(incident, runsOf(incident).length);
  if (lost === undefined || now - lost.at < lostMs || !isEndKnown(incident)) return undefined;
  if (hasItsPlaybook(catalog, incident)) return undefined;
  const how = incident.recovered?.how ?? incident.outcome?.says ?? '';
  return { type: 'closed', why: `${how} (its playbook is gone, so the closing questions were not asked)` };
}
