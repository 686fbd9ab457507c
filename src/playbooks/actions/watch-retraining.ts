import { minutes, quote, time } from '../../in-words.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { hasEnded } from '../../training-job/job-state.ts';
import { lookAgainMs, startingNote } from '../../training-job/looking.ts';
import { Again, defineAction, type Report, z } from '../define.ts';

const Ended = z.object({
  job: z.string(),
  status: z.enum(['Completed', 'Failed', 'Stopped']),
  minutes: z.number(),
  endedAt: z.number().optional(),
  reason: z.string().optional(),
});
type Ended = z.infer<typeof Ended>;

/** A retraining takes hours to days: after the first hour, one check every five minutes is enough. */
const slowAfterMs = 60 * 60_000;
const slowMs = 5 * 60_000;

export const watchRetraining = defineAction({
  name: 'watch-retraining',
  effect: 'read',
  title: 'Watch the retraining',
  does: 'Watches the retraining until SageMaker reports it as Completed, Failed or Stopped.',
  input: z.object({ job: z.string() }),
  output: Ended,
  report,
  run: async ({ job: name }, { training, clock }) => {
    const job = await training.describe(name);
    const now = clock.now();
    const age = now - job.createdAt;
    if (!hasEnded(job)) return new Again(age > slowAfterMs ? slowMs : lookAgainMs(age), noteOf(job, now));
    return {
      job: name,
      status: Ended.shape.status.parse(job.status),
      minutes: ((job.endedAt ?? now) - job.createdAt) / 60_000,
      ...(job.endedAt !== undefined && { endedAt: job.endedAt }),
      ...(job.failureReason !== undefined && { reason: quote(job.failureReason, 300) }),
    };
  },
});

function noteOf(job: TrainingJob, now: number): string {
  return job.secondaryStatus === 'Training'
    ? `${job.name} has been retraining for ${minutes((now - job.createdAt) / 60_000)}`
    : startingNote(job, now);
}

function report({ job, status, minutes: took, endedAt, reason }: Ended): Report {
  const words = { Completed: 'completed', Failed: 'failed', Stopped: 'was stopped' } as const;
  return {
    headline: `The retraining ${job} ${words[status]} ${took < 1 ? 'in under 1 min' : `after ${minutes(took)}`}`,
    facts: endedAt === undefined ? [] : [{ label: 'Ended', value: time(endedAt) }],
    lines: [
      ...(reason === undefined ? [] : [`SageMaker reports: “${reason}”`]),
      ...(status === 'Completed'
        ? []
        : ['There is no new model; the endpoint keeps serving the version that it was rolled back to.']),
    ],
  };
}
