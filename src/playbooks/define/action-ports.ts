import type { Ports, WritePorts } from '../../ports/ports.ts';
import type { ApprovedDataFixes } from '../../training-data/fix/approved-fixes.ts';
import type { DataFixes } from '../../training-data/fix/run-fix.ts';
import type { TiersData } from '../../training-data/tier-data.ts';
import type { DataScans } from '../../training-data/validate-data.ts';

/** For read actions, and for the preview of a change: none of this changes anything. */
export interface ReadPorts extends Ports {
  readonly dataScans: DataScans;
  readonly dataFixes: Pick<DataFixes, 'plan'>;
  readonly tiersData: TiersData;
}

/** For the run of an approved change: the ports of a read action, and the calls that take its token. */
export interface ChangePorts extends Omit<ReadPorts, keyof WritePorts>, WritePorts {
  readonly dataFixes: ApprovedDataFixes;
}

/** All ports. The worker passes them to every action; the action's type decides which of them it can use. */
export type ActionPorts = ChangePorts;
