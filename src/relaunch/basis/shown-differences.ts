import { OpsError } from '../../errors.ts';
import { withTryTags } from '../../ports/calls.ts';
import type { AttemptKey, JsonObject, Training } from '../../ports/ports.ts';
import type { Difference, Proposal } from '../../ports/step-output.ts';
import { toBeFrozen } from '../relaunch-proposal.ts';
import { difference } from '../request-difference.ts';

/**
 * Compares the request with the failed job once more, right before the change begins. Throws `basis-changed` if a field
 * differs that the people who approved the request were not shown.
 */
export async function requireShownDifferences(
  { source: job, differences }: Pick<Proposal, 'source' | 'differences'>,
  request: JsonObject,
  { id, incident }: AttemptKey,
  training: Pick<Training, 'draftClone'>,
): Promise<void> {
  const source = job === undefined ? undefined : await fieldsOf(training, job);
  if (source === undefined) return;
  const shown = new Set(differences.map(sidesOf));
  const present = difference(source, withTryTags(request, { id, incident, ...toBeFrozen }));
  const hidden = present.find((one) => !shown.has(sidesOf(one)));
  if (hidden === undefined) return;
  throw new OpsError(
    'basis-changed',
    `${hidden.field} differs from ${job} in a way that the request did not show`,
  );
}

function sidesOf({ field, before, after }: Difference): string {
  return JSON.stringify([field, before, after]);
}

/** Undefined for a job that was deleted: nothing is left to compare with. */
async function fieldsOf(
  training: Pick<Training, 'draftClone'>,
  job: string,
): Promise<JsonObject | undefined> {
  try {
    return (await training.draftClone(job, { name: job, tags: {} })).source;
  } catch (thrown) {
    if (thrown instanceof OpsError && thrown.code === 'job-not-found') return undefined;
    throw thrown;
  }
}
