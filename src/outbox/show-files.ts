import type { StepFiles } from '../incidents/record/step-files.ts';
import type { Log } from '../log.ts';
import type { KeptFile } from '../ports/files.ts';
import type { Clock } from '../ports/ports.ts';
import { type FileRow, type FileRows, freshRow } from './file-rows.ts';
import type { KeptFiles } from './kept-files.ts';
import type { FileBoard, Thread, Unshown } from './outbox.ts';

export interface ShowFilesParts {
  readonly rows: FileRows;
  readonly board: FileBoard;
  readonly kept: Pick<KeptFiles, 'get'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where and what: the files of one step, below the root of its incident's thread. */
export interface Showing {
  readonly thread: Thread;
  readonly wanted: StepFiles;
  readonly root: string;
  readonly row: FileRow | undefined;
}

/**
 * Takes the files of a step one call further; the row says when to come again.
 *
 * They are shown at most once: the ids of the uploads are noted before Slack is asked to show them, Slack takes an id
 * once, and whoever finds ids without an answer looks for them in the thread before asking with the same ids again.
 */
export type ShowFiles = (showing: Showing) => Promise<void>;

/** How long calls may be under way before others go on: longer than their time limits, of which an upload has two. */
const claimMs = { upload: 25_000, show: 15_000 };
/** Slack shows files some seconds after it took them. https://github.com/slackapi/bolt-js/issues/2115 */
const soonMs = 1_500;
const patienceMs = 120_000;
/** With the pauses between them growing to a minute, about half an hour without an answer. */
const mostSilences = 30;
const longestPauseMs = 60_000;
const mostRounds = 2;

/** Whether the next call puts a message into the channel. */
export function posts({ wanted, row }: Pick<Showing, 'wanted' | 'row'>): boolean {
  return row !== undefined && row.each.length === wanted.files.length && !row.taken;
}

export function createShowFiles(parts: ShowFilesParts): ShowFiles {
  return async (showing) => {
    const { thread, wanted, row = freshRow } = showing;
    const now = parts.clock.now();
    const uploads = row.each.length < wanted.files.length;
    const claim = {
      ...row,
      lookAt: now + (uploads ? claimMs.upload : claimMs.show),
      sharedAt: uploads || row.sharedAt > 0 ? row.sharedAt : now,
    };
    const mine = await parts.rows.advance(thread.id, wanted.key, claim);
    if (mine === undefined) return;
    const next = await further(parts, showing, { ...mine, lookAt: 0 }, row.sharedAt > 0);
    await parts.rows.advance(thread.id, wanted.key, next);
    if (!row.done && next.done) report(parts.log, thread, wanted, next);
  };
}

async function further(
  parts: ShowFilesParts,
  { thread, wanted, root }: Showing,
  row: FileRow,
  asked: boolean,
): Promise<FileRow> {
  const file = wanted.files[row.each.length];
  if (file !== undefined) return uploadOne(parts, file, row);
  const uploads = wanted.files.flatMap((one, at) => {
    const id = row.each[at]?.id ?? '';
    return id === '' ? [] : [{ id, file: one }];
  });
  const [first] = uploads;
  if (first === undefined) return { ...row, done: true };
  if (asked) {
    const stands = await parts.board.stands(thread, first.id, root).catch((error: unknown) => {
      parts.log.warn({ incident: thread.id, error: String(error) }, 'files could not be looked for');
      return undefined;
    });
    if (stands === undefined) return silent(parts, row, 'Slack does not answer, so it may be missing.');
    if (stands) return { ...row, done: true };
    if (row.taken) return lookAgain(parts, row, 'Slack took it, but has not shown it within 2 minutes.');
  }
  return ask(parts, row, async () => parts.board.show(uploads, root), asked);
}

async function uploadOne(parts: ShowFilesParts, file: KeptFile, row: FileRow): Promise<FileRow> {
  const bytes = await parts.kept.get(file.sha256);
  const given = (what: { id: string; why: string }): FileRow => ({
    ...row,
    each: [...row.each, what],
    silences: 0,
  });
  if (bytes === undefined) return given({ id: '', why: 'Relight no longer has it: it is kept for 7 days.' });
  const outcome = await parts.board.upload(file, bytes);
  switch (outcome.kind) {
    case 'uploaded':
      return given({ id: outcome.id, why: '' });
    case 'refused':
      return given({ id: '', why: outcome.error.line });
    case 'busy':
      return { ...row, lookAt: parts.clock.now() + outcome.afterMs };
    case 'unknown':
      return row.silences >= mostSilences
        ? given({ id: '', why: 'Slack does not take the upload: it does not answer.' })
        : pause(parts, row);
    default:
      return outcome satisfies never;
  }
}

async function ask(
  parts: ShowFilesParts,
  row: FileRow,
  show: () => ReturnType<FileBoard['show']>,
  asked: boolean,
): Promise<FileRow> {
  const outcome = await show();
  switch (outcome.kind) {
    case 'taken':
      return { ...row, taken: true, lookAt: parts.clock.now() + soonMs };
    case 'busy':
      return { ...row, lookAt: parts.clock.now() + outcome.afterMs };
    case 'unknown':
      return silent(parts, row, 'Slack does not answer, so it may be missing.');
    case 'refused':
      return refused(parts, row, outcome, asked);
    default:
      return outcome satisfies never;
  }
}

/** An upload that Slack no longer has was shown by a call whose answer got lost, or was thrown away unseen. */
const unknownUpload = 'file_not_found';

function refused(
  parts: ShowFilesParts,
  row: FileRow,
  { error }: Extract<Unshown, { kind: 'refused' }>,
  asked: boolean,
): FileRow {
  const lost = error.detail === unknownUpload;
  if (!asked && !lost) return without(row, error.line);
  if (parts.clock.now() < row.sharedAt + patienceMs || !lost) return lookAgain(parts, row, error.line);
  // Not to be seen after all this time, so it never was: everything from the beginning, under new ids.
  return row.rounds >= mostRounds
    ? without(row, error.line)
    : { ...row, rounds: row.rounds + 1, each: [], sharedAt: 0 };
}

function lookAgain(parts: ShowFilesParts, row: FileRow, why: string): FileRow {
  const now = parts.clock.now();
  const waited = now - row.sharedAt;
  return waited < patienceMs ? { ...row, lookAt: now + Math.max(soonMs, waited / 2) } : without(row, why);
}

function silent(parts: ShowFilesParts, row: FileRow, why: string): FileRow {
  return row.silences >= mostSilences ? without(row, why) : pause(parts, row);
}

function pause({ clock }: ShowFilesParts, row: FileRow): FileRow {
  const ms = Math.min(soonMs * 2 ** row.silences, longestPauseMs);
  return { ...row, silences: row.silences + 1, lookAt: clock.now() + ms };
}

/** The end, with the reason for every file that was to be shown. */
function without(row: FileRow, why: string): FileRow {
  return { ...row, done: true, each: row.each.map((one) => (one.why === '' ? { ...one, why } : one)) };
}

/** The lines that the step's message is to carry. */
export function unshownLines({ files }: StepFiles, { each }: FileRow): readonly string[] {
  return each.flatMap(({ why }, at) =>
    why === '' ? [] : [`${files[at]?.name ?? 'A file'} is not in this thread. ${why}`],
  );
}

function report(log: Log, { id }: Thread, wanted: StepFiles, row: FileRow): void {
  const lines = unshownLines(wanted, row);
  if (lines.length > 0) log.error({ incident: id, step: wanted.step, lines }, 'files could not be shown');
}
