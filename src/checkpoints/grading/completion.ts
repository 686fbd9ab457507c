import type { CheckpointFinding, Findings } from '../checkpoint-finding.ts';
import type { CheckpointView, Listing } from '../checkpoint-view.ts';

/** Written before the other files and removed after them: NeMo AutoModel's .incomplete. */
const unfinishedMark = /(?:^|[./_-])(?:incomplete|in_?progress|partial)$/i;
/** Written last: COMPLETED of open-instruct, _SUCCESS of Spark, and the like. */
const finishedMark =
  /^(?:\.?completed?|_success|success|\.?done|_complete|checkpoint_complete|\.ready)(?:\.(?:txt|json))?$/i;

/** What marker files say about a save, whatever the layout. A trainer passes over a folder that is not marked. */
export function checkMarkers(view: CheckpointView): Findings {
  return [...unfinished(view), ...unmarked(view)];
}

function unfinished({ files }: CheckpointView): CheckpointFinding[] {
  return [...files.keys()]
    .filter((name) => unfinishedMark.test(name))
    .map((file) => ({ file, severity: 'invalid', says: 'exists: the save never ended' }));
}

function unmarked(view: CheckpointView): CheckpointFinding[] {
  const before = new Set(view.earlier.flatMap(marksIn));
  return [...before]
    .filter((name) => !view.files.has(name))
    .map((file) => ({
      file,
      severity: 'invalid',
      says: 'is missing: earlier checkpoints have it, and it is written last, so this one was never finished',
    }));
}

function marksIn({ files }: Listing): string[] {
  return [...files.keys()].filter((name) => finishedMark.test(name));
}
