import type { Ports } from '../../ports/ports.ts';
import type { DataFixes } from '../../training-data/fix/run-fix.ts';
import type { TiersData } from '../../training-data/tier-data.ts';
import type { DataScans } from '../../training-data/validate-data.ts';

/** Everything an action may use: the ports, and the scans of training data that run on the queue. */
export interface ActionPorts extends Ports {
  readonly dataScans: DataScans;
  readonly dataFixes: DataFixes;
  readonly tiersData: TiersData;
}
