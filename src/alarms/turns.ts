import type { AlarmMessage } from './source.ts';

/**
 * What SageMaker says of a job and what else came about it take turns, as they came: SageMaker knows what befell the
 * job, an alarm has one name for whatever it was, and the one that is faster would open the incident. All other
 * messages go side by side. `take` must not throw.
 */
export async function inTurns<Taken>(
  messages: readonly AlarmMessage[],
  take: (message: AlarmMessage) => Promise<Taken>,
): Promise<readonly Taken[]> {
  const begun: { readonly message: AlarmMessage; readonly end: Promise<Taken> }[] = [];
  for (const message of messages) {
    const before = begun.filter((one) => tellOfOneJob(one.message, message));
    begun.push({ message, end: Promise.all(before.map(({ end }) => end)).then(async () => take(message)) });
  }
  return Promise.all(begun.map(({ end }) => end));
}

function tellOfOneJob(one: AlarmMessage, other: AlarmMessage): boolean {
  return names(one, jobIn(other)) || names(other, jobIn(one));
}

/** An alarm names its job in a dimension, a tag or its own name. */
function names({ body }: AlarmMessage, job: string | undefined): boolean {
  return job !== undefined && body.includes(job);
}

/** The job of SageMaker's event, also inside an envelope, where its quotes are escaped. */
function jobIn({ body }: AlarmMessage): string | undefined {
  return /TrainingJobName\\?"\s*:\s*\\?"([A-Za-z0-9-]+)/.exec(body)?.[1];
}
