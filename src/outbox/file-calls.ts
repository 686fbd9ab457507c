import type { KeptFile } from '../ports/files.ts';
import type { Clock } from '../ports/ports.ts';
import type { FileRow } from './file-rows.ts';
import type { KeptFiles } from './kept-files.ts';
import type { FileFailure, SlackFiles } from './outbox.ts';

export interface FileCallDeps {
  readonly slackFiles: SlackFiles;
  readonly kept: Pick<KeptFiles, 'get'>;
  readonly clock: Clock;
}

/** Slack shows files a few seconds after accepting them. https://github.com/slackapi/bolt-js/issues/2115 */
const shownAfterMs = 1_500;
const showTimeoutMs = 120_000;
/** About half an hour without a response, with pauses that grow to a minute. */
const maxSilences = 30;
const maxPauseMs = 60_000;
const maxRounds = 2;

export async function uploadOne(deps: FileCallDeps, file: KeptFile, row: FileRow): Promise<FileRow> {
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

/** The row after Slack's response to showing all files. `asked`: an earlier call asked for the same files. */
export function afterShow(
  deps: FileCallDeps,
  row: FileRow,
  outcome: Awaited<ReturnType<SlackFiles['show']>>,
  asked: boolean,
): FileRow {
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
  deps: FileCallDeps,
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

export function checkAgain(deps: FileCallDeps, row: FileRow, why: string): FileRow {
  const now = deps.clock.now();
  const waited = now - row.sharedAt;
  return waited < showTimeoutMs
    ? { ...row, lookAt: now + Math.max(shownAfterMs, waited / 2) }
    : giveUp(row, why);
}

export function retryOrGiveUp(deps: FileCallDeps, row: FileRow, why: string): FileRow {
  return row.silences >= maxSilences ? giveUp(row, why) : pause(deps, row);
}

function pause({ clock }: FileCallDeps, row: FileRow): FileRow {
  const ms = Math.min(shownAfterMs * 2 ** row.silences, maxPauseMs);
  return { ...row, silences: row.silences + 1, lookAt: clock.now() + ms };
}

/** Ends delivery, with the reason for every file that is not shown. */
function giveUp(row: FileRow, why: string): FileRow {
  return { ...row, done: true, each: row.each.map((one) => (one.why === '' ? { ...one, why } : one)) };
}
