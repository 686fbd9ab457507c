import { OpsError } from '../../src/errors.ts';
import { Again, defineAction, definePlaybook, z } from '../../src/playbooks/define.ts';

/** A playbook whose only step is a change of two calls. */

export const waiting = 'job-that-waits';
export const copy = 'copy-of-the-job';

/** What the request relies on. */
export const image = { changed: false };

async function requireSameImage(): Promise<void> {
  if (image.changed) throw new OpsError('basis-changed', 'the image changed');
}

const stopThenLaunch = defineAction({
  name: 'stop-then-launch',
  effect: 'change',
  title: 'Stop it, then launch a copy',
  does: 'Stops the job, waits until it has ended, then launches a copy.',
  approver: 'responder',
  button: 'Stop and launch',
  input: z.object({}),
  output: z.object({ job: z.string() }),
  report: ({ job }) => ({ headline: `Launched ${job}` }),
  preview: async () => ({
    headline: `Stop ${waiting}, then launch ${copy}`,
    request: { TrainingJobName: copy },
    differences: [],
    warnings: [],
  }),
  sends: () => [
    { operation: 'StopTrainingJob', input: { TrainingJobName: waiting } },
    { operation: 'CreateTrainingJob', input: { TrainingJobName: copy } },
  ],
  run: async ({ request }, _, { training }, token) => {
    const job = await training.describe(waiting);
    if (job.status !== 'Stopped') {
      await training.stop(waiting, token);
      return new Again(3_000, 'waiting until it has ended');
    }
    const checked = token.confirmedAfter(requireSameImage);
    const { name } = await training.launch({ ...request, TrainingJobName: copy }, checked);
    return { job: name };
  },
});

export const playbook = definePlaybook({
  title: 'Stop and launch',
  summary: 'For tests: a change of two calls.',
  handles: ['internal'],
  steps: (first) => first.action('moved', stopThenLaunch, () => ({})),
  recovered: () => undefined,
});
