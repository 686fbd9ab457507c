import { OpsError } from '../../errors.ts';
import { clock, quote } from '../../in-words.ts';
import type { ServedEndpoint } from '../../ports/models.ts';
import type { SentMark } from '../../ports/ports.ts';

/** How long AWS may take to show an update that it accepted, before it counts as never sent. */
const unseenMs = 20_000;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html: EndpointStatus */
const broken: ReadonlySet<string> = new Set(['Failed', 'OutOfService', 'UpdateRollbackFailed', 'Deleting']);

/** What changes with each update of an endpoint, whether it succeeds or is rolled back: LastModifiedTime. */
export function seenOf({ changedAt }: ServedEndpoint): string {
  return new Date(changedAt).toISOString();
}

/**
 * For an update that a run of this attempt was about to send, while the endpoint neither serves its configuration nor is
 * changing to it. Returns if the update was never sent. Otherwise throws what became of it, as far as it can be told:
 * `outcome-unknown` while AWS may still show it.
 */
export function requireNeverSent(now: ServedEndpoint, { seen, at, ageMs }: SentMark): void {
  const { name, status, config, failureReason } = now;
  const is = `${name} is ${status} and serves ${config}`;
  if (broken.has(status)) throw new OpsError('endpoint-broken', is);
  if (status !== 'InService') throw new OpsError('outcome-unknown', is);
  if (seenOf(now) === seen) {
    if (ageMs >= unseenMs) return;
    throw new OpsError('outcome-unknown', `${is}; an update may have been sent at ${clock(at)}`);
  }
  if (failureReason !== undefined)
    throw new OpsError('promotion-rolled-back', `${is}: “${quote(failureReason)}”`);
  throw new OpsError(
    'endpoint-moved',
    `${is}. It was changed after ${clock(at)}, when the update was about to be sent, and SageMaker does not tell whether that was the update`,
  );
}
