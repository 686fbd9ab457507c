import { nameOf } from '../../checkpoints/folders.ts';
import { CompleteCheckpoint, newestComplete } from '../../checkpoints/grading/newest-complete.ts';
import { time } from '../../in-words.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { hasEnded, stateInWords, trains } from '../../training-job/job-state.ts';
import { Again, defineAction, z } from '../define.ts';

/** A save takes minutes, and the account shares the limit for DescribeTrainingJob. An alarm triggers a check at once. */
const checkEveryMs = 2 * 60_000;

const Watched = z.object({
  job: z.string(),
  state: z.string(),
  /** TrainingJobStatus, once the job has ended. */
  ended: z.string().optional(),
  arrived: CompleteCheckpoint.optional(),
});

export const watchCheckpoints = defineAction({
  name: 'watch-checkpoints',
  effect: 'read',
  title: 'Watch the checkpoints',
  does: 'Checks every few minutes until there is a new complete checkpoint or the job has ended.',
  input: z.object({
    job: z.string(),
    /** The newest complete checkpoint so far; absent if there is none. */
    newest: CompleteCheckpoint.optional(),
  }),
  output: Watched,
  report: ({ job, state, arrived }) =>
    arrived === undefined
      ? { headline: `${job} has ended: ${state}` }
      : {
          headline: `${nameOf(arrived.uri)} is complete`,
          facts: [{ label: 'Written', value: time(arrived.committedAt) }],
        },
  run: async ({ job: name, newest }, { training, checkpoints, clock }) => {
    const job = await training.describe(name);
    const seen = { job: name, state: stateInWords(job) };
    if (hasEnded(job)) return { ...seen, ended: job.status };
    const { complete } = await newestComplete(job, { checkpoints, now: clock.now(), known: newest });
    if (complete !== undefined && complete.committedAt > (newest?.committedAt ?? 0))
      return { ...seen, arrived: complete };
    return new Again(checkEveryMs, noteOn(job, newest));
  },
});

/** Stays the same at every check, because each new note is a journal entry and an update in Slack. */
function noteOn(job: TrainingJob, newest: CompleteCheckpoint | undefined): string {
  const state = trains(job) ? 'still training' : stateInWords(job);
  if (job.checkpointUri === undefined)
    return `${state}, without checkpoints: Relight waits for the job to end`;
  const last =
    newest === undefined
      ? 'none so far'
      : `the last one is ${nameOf(newest.uri)} from ${time(newest.committedAt)}`;
  return `No new checkpoint, ${last}; ${state}`;
}
