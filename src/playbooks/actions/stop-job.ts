import { stopCall } from '../../ports/calls.ts';
import { hasEnded, stateInWords } from '../../training-job/job-state.ts';
import { Again, defineAction, z } from '../define.ts';

/** Stops a job that a canceled change had launched. It is no step of a playbook: people ask for it after a cancellation. */
export const stopJob = defineAction({
  name: 'stop-job',
  effect: 'change',
  title: 'Stop the job',
  does: 'Stops the job that the canceled change launched, and waits until it has ended.',
  approver: 'responder',
  policyClass: 'reversible',
  button: 'Stop the job',
  input: z.object({ job: z.string() }),
  output: z.object({ job: z.string(), status: z.string() }),
  report: ({ job, status }) => ({ headline: `${job} has ended (${status})` }),
  preview: async ({ job }, { training }) => {
    const found = await training.describe(job);
    return {
      headline: `Stop ${job}, which is ${stateInWords(found)}`,
      request: { TrainingJobName: job },
      differences: [],
      warnings: ['A job that was stopped cannot be continued. Its checkpoints stay in S3'],
      words: {
        title: 'Stop the job',
        does: 'Stops the job that the canceled change launched, and waits until it has ended.',
        button: 'Stop the job',
      },
    };
  },
  sends: ({ request: { TrainingJobName: job } }) => (typeof job === 'string' ? [stopCall(job)] : []),
  run: async (_, { job }, { training }, token) => {
    const found = await training.describe(job);
    if (hasEnded(found)) return { job, status: found.status };
    await training.stop(job, token);
    return new Again(3_000, `${job} is ${stateInWords(found)}: waiting until it has ended`);
  },
});
