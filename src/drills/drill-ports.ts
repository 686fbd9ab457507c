import { OpsError } from '../errors.ts';
import type { ActionPorts } from '../playbooks/define/action-ports.ts';
import type { Models } from '../ports/models.ts';
import type { Region } from '../ports/region.ts';
import { approvedArchives } from '../training-data/fix/approved-archives.ts';
import { approvedFixes } from '../training-data/fix/approved-fixes.ts';
import { planFix } from '../training-data/fix/plan/plan-fix.ts';
import { runFix } from '../training-data/fix/run-fix.ts';
import { validateData } from '../training-data/validate-data.ts';
import { simulatedBlocklist } from './simulated/simulated-blocklist.ts';
import { simulatedCheckpoints } from './simulated/simulated-checkpoints.ts';
import { simulatedDatasets, simulatedFixedData } from './simulated/simulated-datasets.ts';
import { simulatedImages } from './simulated/simulated-images.ts';
import { jobsOf } from './simulated/simulated-jobs.ts';
import { simulatedLogs } from './simulated/simulated-logs.ts';
import { simulatedMachines } from './simulated/simulated-machines.ts';
import { simulatedTraining } from './simulated/simulated-training.ts';
import { places, type Simulation } from './simulation.ts';

/** What a drill shares with real incidents: the settings, the time, its own journal, and the files of its thread. */
export type SharedPorts = Pick<
  ActionPorts,
  'clock' | 'caps' | 'prices' | 'tiersData' | 'record' | 'files'
> & {
  readonly tierOf: Region['tierOf'];
  readonly stateMachines: Pick<ActionPorts['stateMachines'], 'allowed'>;
};

/**
 * The ports of a drill. Each is simulated or in the list of shared ones: there is no way from here to the AWS account,
 * and nothing that other incidents use is written.
 */
export function drillPorts(
  simulation: Simulation,
  { tierOf, stateMachines, ...shared }: SharedPorts,
): ActionPorts {
  const checkpoints = simulatedCheckpoints(simulation);
  const datasets = simulatedDatasets(simulation);
  const fixedData = simulatedFixedData(simulation);
  return {
    ...shared,
    files: { keep: async (name, type, bytes) => shared.files.keep(`DRILL-${name}`, type, bytes) },
    training: simulatedTraining(simulation),
    images: simulatedImages,
    checkpoints,
    blocklist: simulatedBlocklist(simulation),
    checkpointFolders: { of: async () => undefined },
    logs: simulatedLogs(simulation),
    metrics: { series: async (queries) => queries.map(() => []), picture: async () => refuse('metrics') },
    models: noModels,
    stateMachines: simulatedMachines(simulation, stateMachines.allowed),
    region: simulatedRegion(simulation, tierOf),
    earlier: noHistory,
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
    capUse: async () => ({ running: [], spending: [] }),
    // The simulated Region has no other files than those of the drill.
    locations: { requireFor: async () => undefined, requireLaunch: async () => undefined },
    recoveryPrefix: places.recovery,
    fixedDataPrefix: places.fixedData,
    backupPrefix: places.backup,
  };
}

/** Jobs start in seconds here, so the history of real recoveries tells nothing. */
const noHistory: ActionPorts['earlier'] = {
  alike: async () => undefined,
  recoveries: async () => ({ playbooks: {}, changes: {} }),
};

function simulatedRegion(simulation: Simulation, tierOf: Region['tierOf']): Region {
  const list = async (max: number, counts: (status: string) => boolean): ReturnType<Region['jobs']> => {
    const found = (await jobsOf(simulation))
      .map(({ job: { name, status, createdAt, endedAt } }) => ({
        name,
        status,
        createdAt,
        ...(endedAt !== undefined && { endedAt }),
      }))
      .filter(({ status }) => counts(status))
      .toReversed();
    return { found: found.slice(0, max), cut: found.length > max };
  };
  const nothing = { found: [], cut: false };
  return {
    jobs: async (_, max) => list(max, () => true),
    running: async (max) => list(max, (status) => status === 'InProgress'),
    checkpointRoots: async (asked) => {
      const roots = (await jobsOf(simulation)).flatMap(({ job: { name, checkpointUri } }) =>
        checkpointUri === undefined ? [] : [[name, checkpointUri] as const],
      );
      return new Map(roots.filter(([name]) => asked.some((one) => one.name === name)));
    },
    alarms: async () => nothing,
    endpoints: async () => nothing,
    holdsAnything: async () => true,
    tierOf,
  };
}

/** No playbook about models can be drilled. */
const noModels: ActionPorts['models'] = {
  served: async () => refuse('endpoints'),
  versions: async () => [],
  packageNow: async () => refuse('models'),
  registration: async () => refuse('models'),
  instancesOf: async () => [],
  alarmsOf: async () => [],
  draftPromotion: async () => refuse('endpoints'),
  promote: async () => refuse('endpoints'),
  reject: async () => refuse('models'),
} satisfies Models & ActionPorts['models'];

function refuse(what: string): never {
  throw new OpsError('aws-refused', `the simulated Region of a drill has no ${what}`);
}
