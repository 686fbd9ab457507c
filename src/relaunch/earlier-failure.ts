import { classifyWithLogs } from '../diagnosis/classify-with-logs.ts';
import type { FailureKind } from '../ports/failure-kind.ts';
import type { Ports } from '../ports/ports.ts';
import { tags } from './relaunch-proposal.ts';

/** The failure that this job was launched to recover; undefined if Relight did not launch it, or the failed job is gone. */
export async function earlierFailure(
  name: string,
  { training, logs }: Pick<Ports, 'training' | 'logs'>,
): Promise<{ readonly job: string; readonly kind: FailureKind } | undefined> {
  const recovered = (await training.tags(name)).get(tags.recovers);
  const earlier = recovered === undefined ? undefined : await training.find(recovered);
  if (earlier?.status !== 'Failed') return undefined;
  const { verdict } = await classifyWithLogs(earlier, logs);
  return { job: earlier.name, kind: verdict.kind };
}
