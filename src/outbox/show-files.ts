import type { StepFiles } from '../incidents/record/step-files.ts';
import type { Log } from '../log.ts';
import { afterShow, checkAgain, type FileCallDeps, retryOrGiveUp, uploadOne } from './file-calls.ts';
import { type FileRow, type FileRows, newRow } from './file-rows.ts';
import type { Thread } from './outbox.ts';

export interface ShowFilesDeps extends FileCallDeps {
  readonly rows: FileRows;
  readonly log: Log;
}

/** The files of one step, to be shown below the root of its incident's thread. */
export interface Showing {
  readonly thread: Thread;
  readonly wanted: StepFiles;
  readonly root: string;
  readonly row: FileRow | undefined;
}

/**
 * Makes the next call for the files of a step; the row holds the time for the one after that.
 *
 * Files are shown at most once: the upload ids are recorded before Slack is asked to show them, Slack accepts each id
 * once, and after a call without a response the thread is searched before the same ids are sent again.
 */
export type ShowFiles = (showing: Showing) => Promise<void>;

/** How long a call may be in flight before another process continues: longer than the timeouts, two for an upload. */
const claimMs = { upload: 25_000, show: 15_000 };

export function postsMessage({ wanted, row }: Pick<Showing, 'wanted' | 'row'>): boolean {
  return row !== undefined && row.each.length === wanted.files.length && !row.taken;
}

export function createShowFiles(deps: ShowFilesDeps): ShowFiles {
  return async (showing) => {
    const { thread, wanted, row = newRow } = showing;
    const now = deps.clock.now();
    const uploads = row.each.length < wanted.files.length;
    const claim = {
      ...row,
      lookAt: now + (uploads ? claimMs.upload : claimMs.show),
      sharedAt: uploads || row.sharedAt > 0 ? row.sharedAt : now,
    };
    const mine = await deps.rows.advance(thread.id, wanted.key, claim);
    if (mine === undefined) return;
    const next = await nextCall(deps, showing, { ...mine, lookAt: 0 }, row.sharedAt > 0);
    await deps.rows.advance(thread.id, wanted.key, next);
    if (!row.done && next.done) report(deps.log, thread, wanted, next);
  };
}

async function nextCall(
  deps: ShowFilesDeps,
  { thread, wanted, root }: Showing,
  row: FileRow,
  asked: boolean,
): Promise<FileRow> {
  const file = wanted.files[row.each.length];
  if (file !== undefined) return uploadOne(deps, file, row);
  const uploads = wanted.files.flatMap((one, at) => {
    const id = row.each[at]?.id ?? '';
    return id === '' ? [] : [{ id, file: one }];
  });
  const [first] = uploads;
  if (first === undefined) return { ...row, done: true };
  if (asked) {
    const shown = await deps.slackFiles.isShown(thread, first.id, root).catch((error: unknown) => {
      deps.log.warn({ incident: thread.id, error: String(error) }, 'could not search the thread for files');
      return undefined;
    });
    if (shown === undefined) return retryOrGiveUp(deps, row, 'Slack does not respond, so it may be missing.');
    if (shown) return { ...row, done: true };
    if (row.taken) return checkAgain(deps, row, 'Slack accepted it but did not show it within 2 minutes.');
  }
  return afterShow(deps, row, await deps.slackFiles.show(uploads, root), asked);
}

/** The lines about missing files that the step's message shows. */
export function unshownLines({ files }: StepFiles, { each }: FileRow): readonly string[] {
  return each.flatMap(({ why }, at) =>
    why === '' ? [] : [`${files[at]?.name ?? 'A file'} is not in this thread. ${why}`],
  );
}

function report(log: Log, { id }: Thread, wanted: StepFiles, row: FileRow): void {
  const lines = unshownLines(wanted, row);
  if (lines.length > 0) log.error({ incident: id, step: wanted.step, lines }, 'files could not be shown');
}
