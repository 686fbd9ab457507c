import type { Beside } from '../beside.ts';
import type { Finding } from '../checkpoint-finding.ts';
import type { Look } from '../look.ts';
import { checkTracker, isNamed, type Tracker } from './tracker.ts';

/** What was found on the files, and then what the tracker beside the folder says of them. */
export async function tracked(
  look: Look,
  beside: Beside | undefined,
  tracker: Tracker,
  found: readonly Finding[],
): Promise<Finding[]> {
  if (beside === undefined) return [...found];
  const isBroken = found.some(({ severity }) => severity === 'invalid');
  const namesBroken: Finding[] =
    isBroken && (await isNamed(beside, tracker))
      ? [{ file: tracker.name, severity: 'note', says: `names this one, so the trainer would fail on it` }]
      : [];
  return [...found, ...namesBroken, ...(await checkTracker(look, beside, tracker))];
}
