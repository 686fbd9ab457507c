import { drillPorts } from '../../drills/drill-ports.ts';
import { createFiles } from '../../outbox/kept-files.ts';
import { createRecords, type NameOf } from '../../queue/steps/incident-record.ts';
import type { RunDeps } from '../../queue/steps/step-run.ts';
import { tiersDataIn } from '../../training-data/tier-data.ts';
import type { Core } from '../core.ts';
import { limitsIn } from '../steps/launch-limits.ts';
import { simulationOf } from './simulation-of.ts';

/** What the worker uses for the steps of a drill: the simulated Region, and no vault, caps or launches of others. */
export function drillReach(core: Core, nameOf: NameOf): RunDeps['inDrill'] {
  const { config, clock, store, catalog, keptFiles, tierOf } = core;
  const shared = {
    ...limitsIn(config),
    clock,
    tierOf,
    stateMachines: { allowed: config.settings.state_machines },
    tiersData: tiersDataIn(config.settings.tiers),
    record: createRecords(store, catalog, nameOf),
    files: createFiles(keptFiles, undefined),
  };
  return (incident) => {
    const ports = drillPorts(simulationOf(core, incident), shared);
    return {
      portsFor: () => ports,
      sessionFor: undefined,
      launches: { note: async () => undefined },
      reserve: async () => undefined,
      vault: undefined,
      withCallsNoted: async (work) => work(),
    };
  };
}
