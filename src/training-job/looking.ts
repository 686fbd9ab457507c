import { minutes } from '../in-words.ts';
import type { TrainingJob } from '../ports/ports.ts';
import { inStateSince } from './job-state.ts';

/** Often at first, while people watch the thread, then rarely: the rate limit covers the whole account. */
const delays: readonly (readonly [untilMs: number, delayMs: number])[] = [
  [10_000, 2_000],
  [30_000, 3_000],
  [60_000, 5_000],
  [3 * 60_000, 8_000],
  [10 * 60_000, 15_000],
];

export function lookAgainMs(ageMs: number): number {
  return delays.find(([untilMs]) => ageMs < untilMs)?.[1] ?? 30_000;
}

/** The meaning of each secondary status. Unknown ones are shown as they are. */
const meanings: Readonly<Record<string, string>> = {
  Starting: 'SageMaker is launching instances',
  Pending: 'SageMaker waits for instances',
  LaunchingMLInstances: 'SageMaker is launching instances',
  PreparingTrainingStack: 'SageMaker is preparing the instances',
  Downloading: 'SageMaker is copying data and checkpoints to the instances',
  DownloadingTrainingImage: 'SageMaker is downloading the image',
  Interrupted: 'AWS took the spot instances back, SageMaker is restarting the job automatically',
  Restarting: 'SageMaker is restarting the job automatically',
};

export function startingNote(job: TrainingJob, now: number): string {
  const waited = minutes((now - inStateSince(job)) / 60_000);
  const meaning = meanings[job.secondaryStatus];
  return `${job.secondaryStatus} (${waited})${meaning === undefined ? '' : `: ${meaning}`}`;
}
