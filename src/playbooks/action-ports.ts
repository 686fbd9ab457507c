import type { TiersData } from './data/tier-data.ts';
import type { DataFixes } from './ports/data-fixes.ts';
import type { DataScans } from './ports/data-scans.ts';
import type { Ports } from './ports.ts';

/** Everything an action may use: the ports, and the scans of training data that run on the queue. */
export interface ActionPorts extends Ports {
  readonly dataScans: DataScans;
  readonly dataFixes: DataFixes;
  readonly tiersData: TiersData;
}
