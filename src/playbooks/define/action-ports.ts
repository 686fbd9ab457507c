import type { Blocklist, Ports, WritePorts } from '../../ports/ports.ts';
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

/** For note actions: what a read action may use, and Relight's own notes. */
export interface NotePorts extends ReadPorts {
  readonly blocklist: Blocklist;
}

/** For the run of an approved change: what a read action may use, and the calls that take its token. */
export interface ChangePorts extends Omit<ReadPorts, keyof WritePorts>, WritePorts {
  readonly dataFixes: ApprovedDataFixes;
}

/** Everything; the worker hands each action its part. */
export interface ActionPorts extends ChangePorts {
  readonly blocklist: Blocklist;
}
