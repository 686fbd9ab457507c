import type { Catalog } from '../../playbooks/loaded-playbooks.ts';
import { pilotRunsOf } from '../autopilot/pilot-runs.ts';
import { recoveryIn } from '../estimates/earlier-recoveries.ts';
import { factsOf } from '../figures/incident-facts.ts';
import type { Journal } from '../journal/journal-reader.ts';
import type { Tombstone } from '../journal/tombstones.ts';
import type { Incident } from '../model/incident.ts';
import { endOf, jobsOf } from '../record/find-alike.ts';
import type { Counted } from './counted.ts';

/** @example tombstoneOf(journal, catalog).end // 'recovered: training was recovered' */
export function tombstoneOf({ entries, incident }: Journal, catalog: Pick<Catalog, 'get'>): Tombstone {
  const { id, job, tier, kind, openedAt, failedAt } = incident;
  const endedAt = endedAtOf(incident) ?? failedAt;
  return {
    id,
    job,
    jobs: jobsOf(incident),
    tier,
    kind,
    openedAt,
    failedAt,
    endedAt,
    end: endInWords(incident),
    entries: entries.length,
    counted: {
      facts: factsOf(entries, catalog, endedAt),
      recovered: recoveryIn(entries, catalog),
      pilotRuns: pilotRunsOf(entries),
      seen: endOf(incident, catalog, endedAt),
      into: incident.closed?.into,
      drill: drillOf(incident),
    },
  };
}

/** When it ended: closed, recovered, or ended by a person; undefined while it has not. */
export function endedAtOf({ closed, recovered, outcome }: Incident): number | undefined {
  return closed?.at ?? recovered?.at ?? outcome?.at;
}

function endInWords({ closed, recovered, outcome }: Incident): string {
  if (recovered !== undefined) return `recovered: ${recovered.how}`;
  return `ended: ${outcome?.says ?? closed?.why ?? 'unknown'}`;
}

function drillOf({ drill, drillScore }: Incident): Counted['drill'] {
  return drill === undefined || drillScore === undefined
    ? undefined
    : { playbook: drill.playbook, at: drillScore.at, score: drillScore.points };
}
