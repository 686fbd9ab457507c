import type { StepFiles } from '../incidents/record/step-files.ts';
import type { Log } from '../log.ts';
import type { KeptFile } from '../ports/files.ts';
import type { Clock } from '../ports/ports.ts';
import { type FileRow, type FileRows, newRow } from './file-rows.ts';
import type { KeptFiles } from './kept-files.ts';
import type { FileFailure, SlackFiles, Thread } from './outbox.ts';

export interface ShowFilesDeps {
  readonly rows: FileRows;
  readonly slackFiles: SlackFiles;
  readonly kept: Pick<KeptFiles, 'get'>;
  readonly clock: Clock;
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
/** Slack shows files a few seconds after accepting them. https://github.com/slackapi/bolt-js/issues/2115 */
const shownAfterMs = 1_500;
const showTimeoutMs = 120_000;
/** About half an hour without a response, with pauses that grow to a minute. */
const maxSilences = 30;
const maxPauseMs = 60_000;
const maxRounds = 2;

/** Whether the next call posts a message to the channel. */
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
  return showAll(deps, row, async () => deps.slackFiles.show(uploads, root), asked);
}

async function uploadOne(deps: ShowFilesDeps, file: KeptFile, row: FileRow): Promise<FileRow> {
  const bytes = await deps.kept.get(file.sha256);
  const given = (what: { id: string; why: string }): FileRow => ({
    ...row,
    each: [...row.each, what],
    silences: 0,
  });
  if (bytes === undefined)
    return given({ id: '', why: 'Relight no longer has it: files are kept for 7 days.' });
  const outcome = await deps.slackFiles.upload(file, bytes);
  switch (outcome.kind) {
    case 'uploaded':
      return given({ id: outcome.id, why: '' });
    case 'refused':
      return given({ id: '', why: outcome.error.line });
    case 'busy':
      return { ...row, lookAt: deps.clock.now() + outcome.afterMs };
    case 'unknown':
      return row.silences >= maxSilences
        ? given({ id: '', why: 'Slack does not respond to the upload.' })
        : pause(deps, row);
    default:
      return outcome satisfies never;
  }
}

async function showAll(
  deps: ShowFilesDeps,
  row: FileRow,
  show: () => ReturnType<SlackFiles['show']>,
  asked: boolean,
): Promise<FileRow> {
  const outcome = await show();
  switch (outcome.kind) {
    case 'taken':
      return { ...row, taken: true, lookAt: deps.clock.now() + shownAfterMs };
    case 'busy':
      return { ...row, lookAt: deps.clock.now() + outcome.afterMs };
    case 'unknown':
      return retryOrGiveUp(deps, row, 'Slack does not respond, so it may be missing.');
    case 'refused':
      return refused(deps, row, outcome, asked);
    default:
      return outcome satisfies never;
  }
}

/** Slack no longer has the upload: a call whose response was lost showed it, or Slack discarded it. */
const unknownUpload = 'file_not_found';

function refused(
  deps: ShowFilesDeps,
  row: FileRow,
  { error }: Extract<FileFailure, { kind: 'refused' }>,
  asked: boolean,
): FileRow {
  const lost = error.detail === unknownUpload;
  if (!asked && !lost) return giveUp(row, error.line);
  if (deps.clock.now() < row.sharedAt + showTimeoutMs || !lost) return checkAgain(deps, row, error.line);
  // Not visible after this long, so it was discarded: start over with new uploads.
  return row.rounds >= maxRounds
    ? giveUp(row, error.line)
    : { ...row, rounds: row.rounds + 1, each: [], sharedAt: 0 };
}

function checkAgain(deps: ShowFilesDeps, row: FileRow, why: string): FileRow {
  const now = deps.clock.now();
  const waited = now - row.sharedAt;
  return waited < showTimeoutMs
    ? { ...row, lookAt: now + Math.max(shownAfterMs, waited / 2) }
    : giveUp(row, why);
}

function retryOrGiveUp(deps: ShowFilesDeps, row: FileRow, why: string): FileRow {
  return row.silences >= maxSilences ? giveUp(row, why) : pause(deps, row);
}

function pause({ clock }: ShowFilesDeps, row: FileRow): FileRow {
  const ms = Math.min(shownAfterMs * 2 ** row.silences, maxPauseMs);
  return { ...row, silences: row.silences + 1, lookAt: clock.now() + ms };
}

/** Ends delivery, with the reason for every file that is not shown. */
function giveUp(row: FileRow, why: string): FileRow {
  return { ...row, done: true, each: row.each.map((one) => (one.why === '' ? { ...one, why } : one)) };
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
