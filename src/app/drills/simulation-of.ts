import { scenarioOf } from '../../drills/scenarios.ts';
import type { Simulation } from '../../drills/simulation.ts';
import { OpsError } from '../../errors.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Core } from '../core.ts';

/** The simulated Region of a drill. */
export function simulationOf({ config, clock, drillStores }: Core, incident: Incident): Simulation {
  const scenario = scenarioOf(incident.drill?.playbook ?? '');
  if (scenario === undefined)
    throw new OpsError('playbook-unknown', `no drill of ${incident.drill?.playbook}`);
  const [instanceType = 'ml.g5.2xlarge'] = config.settings.caps.instance_types;
  return { incident, scenario, instanceType, store: drillStores(incident.id), clock };
}
