import type { ActionPorts } from '../../src/playbooks/define/action-ports.ts';
import type { AttemptKey } from '../../src/ports/ports.ts';
import { priceTable } from '../../src/relaunch/prices/price-table.ts';
import { approvedArchives } from '../../src/training-data/fix/approved-archives.ts';
import { approvedFixes } from '../../src/training-data/fix/approved-fixes.ts';
import { planFix } from '../../src/training-data/fix/plan/plan-fix.ts';
import { runFix } from '../../src/training-data/fix/run-fix.ts';
import { validateData } from '../../src/training-data/validate-data.ts';
import { ended, minute } from './a-training-run.ts';
import { type FakeFiles, fakeFiles } from './fake-files.ts';
import { type FakeImages, fakeImages } from './fake-images.ts';
import { fakeLocations } from './fake-locations.ts';
import { type FakeLogs, fakeLogs } from './fake-logs.ts';
import { type FakeMetrics, fakeMetrics } from './fake-metrics.ts';
import { FakeModels } from './fake-models.ts';
import { type FakeRecords, fakeRecords } from './fake-records.ts';
import { type FakeRegion, fakeRegion } from './fake-region.ts';
import { FakeStateMachines } from './fake-state-machines.ts';
import { FakeTraining } from './fake-training.ts';
import { type MemoryBlocklist, memoryBlocklist } from './memory-blocklist.ts';
import { MemoryCheckpoints } from './memory-checkpoints.ts';
import { MemoryDatasets } from './memory-datasets.ts';
import { memoryFixedData } from './memory-fixed-data.ts';

export { aJob, failedJob } from './fake-training.ts';

export interface FakePorts extends ActionPorts {
  readonly training: FakeTraining;
  readonly images: FakeImages;
  readonly checkpoints: MemoryCheckpoints;
  readonly blocklist: MemoryBlocklist;
  readonly logs: FakeLogs;
  readonly metrics: FakeMetrics;
  readonly models: FakeModels;
  readonly stateMachines: FakeStateMachines;
  readonly region: FakeRegion;
  readonly files: FakeFiles;
  readonly record: FakeRecords;
  readonly datasets: MemoryDatasets;
  /** Log lines by job. */
  readonly logLines: Map<string, readonly string[]>;
  /** The time of the fake clock; tests may change it. */
  readonly time: { now: number };
}

export function fakePorts(): FakePorts {
  const time = { now: ended + 15 * minute };
  const datasets = new MemoryDatasets();
  const fixedData = memoryFixedData(datasets);
  const logLines = new Map<string, readonly string[]>();
  const training = new FakeTraining();
  return {
    training,
    locations: fakeLocations(training, () => [...training.jobs.keys()]),
    images: fakeImages(),
    checkpoints: new MemoryCheckpoints(),
    blocklist: memoryBlocklist(),
    checkpointFolders: { of: async () => undefined },
    logs: fakeLogs(logLines),
    metrics: fakeMetrics(),
    models: new FakeModels(),
    stateMachines: new FakeStateMachines(),
    region: fakeRegion(training.jobs),
    files: fakeFiles(),
    record: fakeRecords(),
    earlier: { alike: async () => undefined, recoveries: async () => ({ playbooks: {}, changes: {} }) },
    datasets,
    sourceArchives: approvedArchives(fixedData),
    dataScans: { report: async (question) => validateData(question, datasets) },
    dataFixes: approvedFixes(
      {
        plan: async (job) => planFix(job, datasets),
        run: async (job, run) => runFix(job, run, { datasets, fixedData }),
      },
      datasets,
    ),
    fixedDataPrefix: 's3://srl-rlvr-training/fixed-data/',
    tiersData: {},
    clock: { now: () => time.now },
    caps: { instanceTypes: ['ml.p4d.24xlarge'], instanceCount: 4, volumeGb: 1_000 },
    prices: priceTable('us-east-1'),
    capUse: async () => ({ running: [], spending: [] }),
    recoveryPrefix: 's3://srl-rlvr-training/checkpoints-recovery/',
    backupPrefix: 's3://srl-rlvr-backup/nightly/',
    logLines,
    time,
  };
}

const id = '0123456789abcdef';
export const firstTry: AttemptKey = { incident: 'i-1', step: 'resumed', attempt: 1, id, earlier: [] };
