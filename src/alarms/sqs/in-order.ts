import type { AlarmDelivery } from '../ports.ts';

/**
 * Handles messages in parallel, except that a SageMaker event and other messages about the same job run in order of
 * arrival. Only SageMaker's event knows how the job failed, and otherwise the faster message would open the incident.
 * `handle` must not throw.
 */
export async function inOrder(
  messages: readonly AlarmDelivery[],
  handle: (message: AlarmDelivery) => Promise<void>,
): Promise<void> {
  const started: (Subject & { readonly end: Promise<void> })[] = [];
  for (const message of messages) {
    const subject = { body: message.body, job: jobIn(message) };
    const before = started.filter((one) => mentions(one, subject.job) || mentions(subject, one.job));
    started.push({
      ...subject,
      end: Promise.all(before.map(({ end }) => end)).then(async () => handle(message)),
    });
  }
  await Promise.all(started.map(({ end }) => end));
}

interface Subject {
  readonly body: string;
  readonly job: string | undefined;
}

/** An alarm contains its job in a dimension, a tag or its own name. */
function mentions({ body }: Subject, job: string | undefined): boolean {
  return job !== undefined && body.includes(job);
}

/** The job in a SageMaker event, also inside an envelope, where quotes are escaped. */
function jobIn({ body }: AlarmDelivery): string | undefined {
  return /TrainingJobName\\?"\s*:\s*\\?"([A-Za-z0-9-]+)/.exec(body)?.[1];
}
