import { OpsError } from '../../errors.ts';
import { launchCall, tagList, tagsIn } from '../../ports/calls.ts';
import type { CloneDraft, JsonObject, TrainingChanges } from '../../ports/ports.ts';
import { withOverrides } from '../../training-job/clone-overrides.ts';
import { hasEnded } from '../../training-job/job-state.ts';
import type { Simulation } from '../simulation.ts';
import { addJob, jobsOf, type SimulatedJob, stopJob } from './simulated-jobs.ts';

/** SageMaker training in the simulated Region. */
export function simulatedTraining(simulation: Simulation): TrainingChanges {
  const find = async (name: string): Promise<SimulatedJob | undefined> =>
    (await jobsOf(simulation)).find(({ job }) => job.name === name);
  const load = async (name: string): Promise<SimulatedJob> => {
    const found = await find(name);
    if (found === undefined) throw new OpsError('job-not-found', name);
    return found;
  };
  return {
    find: async (name) => (await find(name))?.job,
    describe: async (name) => (await load(name)).job,
    tags: async (name) => tagsIn((await load(name)).request),
    draftClone: async (name, changes) => cloneOf((await load(name)).request, changes),
    stop: async (name, token) => {
      if (hasEnded((await load(name)).job)) return;
      await token.confirm();
      await stopJob(simulation, name);
    },
    launch: async (request, token) => {
      token.requireApproved(request);
      const { TrainingJobName: name } = request;
      const standing = await find(name);
      if (standing === undefined) {
        await token.confirm();
        await addJob(simulation, name, launchCall(request, token).input);
      }
      const { arn } = (await load(name)).job;
      return { name, arn, adopted: standing !== undefined };
    },
  };
}

function cloneOf(source: JsonObject, changes: Parameters<TrainingChanges['draftClone']>[1]): CloneDraft {
  const own = [...tagsIn(source)].filter(([key]) => !key.startsWith('relight:'));
  const Tags = tagList(new Map([...own, ...Object.entries(changes.tags)]));
  return {
    source,
    request: { ...withOverrides(source, changes), TrainingJobName: changes.name, Tags },
    lost: [],
  };
}
