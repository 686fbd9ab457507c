import type { ActionPorts } from '../../playbooks/define/action-ports.ts';
import {
  guardedArchives,
  guardedCheckpoints,
  guardedDatasets,
  guardedModels,
  notedTraining,
} from '../../ports/s3/guards.ts';
import type { Locations } from '../../ports/s3/locations.ts';
import { approvedFixes } from '../../training-data/fix/approved-fixes.ts';
import type { DataFixes } from '../../training-data/fix/run-fix.ts';
import { guardedFixes, guardedScans } from '../../training-data/guarded-data.ts';

/** The ports as the adapters implement them: they would read and write wherever an address leads. */
export type UnguardedPorts = Omit<ActionPorts, 'dataFixes' | 'locations'>;

/** The ports of one incident: each that reads users' files or writes to S3 checks its locations first. */
export function guarded(ports: UnguardedPorts, fixes: DataFixes, locations: Locations): ActionPorts {
  const datasets = guardedDatasets(ports.datasets, locations);
  return {
    ...ports,
    locations,
    training: notedTraining(ports.training, locations),
    checkpoints: guardedCheckpoints(ports.checkpoints, locations),
    datasets,
    sourceArchives: guardedArchives(ports.sourceArchives, locations),
    models: guardedModels(ports.models, locations),
    dataScans: guardedScans(ports.dataScans, locations),
    dataFixes: approvedFixes(guardedFixes(fixes, locations), datasets),
  };
}
