import type { AlarmDelivery } from '../ports.ts';

/**
 * What SageMaker says of a job and what else came about it take turns, as they came: SageMaker knows what befell the
 * job, an alarm has one name for whatever it was, and the one that is faster would open the incident. All other
 * messages go side by side. `take` must not throw.
 */
export async function inOrder(
  messages: readonly AlarmDelivery[],
  take: (message: AlarmDelivery) => Promise<void>,
): Promise<void> {
  const begun: (About & { readonly end: Promise<void> })[] = [];
  for (const message of messages) {
    const about = { body: message.body, job: jobIn(message) };
    const before = begun.filter((one) => names(one, about.job) || names(about, one.job));
    begun.push({ ...about, end: Promise.all(before.map(({ end }) => end)).then(async () => take(message)) });
  }
  await Promise.all(begun.map(({ end }) => end));
}

interface About {
  readonly body: string;
  readonly job: string | undefined;
}

/** An alarm names its job in a dimension, a tag or its own name. */
function names({ body }: About, job: string | undefined): boolean {
  return job !== undefined && body.includes(job);
}

/** The job of SageMaker's event, also inside an envelope, where its quotes are escaped. */
function jobIn({ body }: AlarmDelivery): string | undefined {
  return /TrainingJobName\\?"\s*:\s*\\?"([A-Za-z0-9-]+)/.exec(body)?.[1];
}
