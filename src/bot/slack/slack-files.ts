import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import type { FileFailure, SlackFiles } from '../../outbox/outbox.ts';
import type { KeptFile } from '../../ports/files.ts';
import { cut, line } from '../views/untrusted.ts';
import { findFile } from './find-message.ts';
import { failureOf, refusalError } from './slack-errors.ts';

export interface SlackFilesDeps {
  readonly client: Pick<webApi.WebClient, 'files' | 'conversations'>;
  readonly channel: string;
}

/** The same limit as for a call to the Web API. */
const uploadWithinMs = 10_000;
/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal#errors: alt_txt_too_large */
const maxAltText = 1_000;

const Ticket = z.object({ upload_url: z.string(), file_id: z.string() });

/** Uploads files to the incident's thread: https://docs.slack.dev/messaging/working-with-files#uploading_files */
export function createSlackFiles({ client, channel }: SlackFilesDeps): SlackFiles {
  return {
    upload: async (file, bytes) =>
      attempt(async () => {
        const ticket = Ticket.parse(await client.files.getUploadURLExternal(ticketRequest(file, bytes)));
        return (await send(ticket.upload_url, bytes)) ?? { kind: 'uploaded', id: ticket.file_id };
      }),
    show: async (uploads, root) =>
      attempt(async () => {
        const [first, ...rest] = uploads.map(({ id, file }) => ({ id, title: titleOf(file) }));
        const place = { channel_id: channel, thread_ts: root };
        if (first !== undefined)
          await client.files.completeUploadExternal({ ...place, files: [first, ...rest] });
        return { kind: 'taken' as const };
      }),
    isShown: async (thread, id, root) =>
      (await findFile(client, { channel, thread, root }, id)) !== undefined,
  };
}

/**
 * The argument is `alt_txt`, although the client's types name it differently. Only pictures get one: for any other file
 * Slack accepts the alt text but then does not show the file. https://github.com/slackapi/python-slack-sdk/issues/1818
 */
function ticketRequest(
  file: KeptFile,
  bytes: Uint8Array,
): { readonly filename: string; readonly length: number; readonly alt_txt?: string } {
  const plain = { filename: file.name, length: bytes.byteLength };
  return file.type === 'image/png'
    ? { ...plain, alt_txt: line(file.alt ?? titleOf(file), maxAltText) }
    : plain;
}

function titleOf({ title, name }: KeptFile): string {
  return cut(line(title ?? name, 200), 200);
}

/** Undefined once Slack has the bytes. Nobody sees the file until the upload is completed, so a retry is safe. */
async function send(url: string, bytes: Uint8Array): Promise<FileFailure | undefined> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
    signal: AbortSignal.timeout(uploadWithinMs),
  });
  await answer.text();
  if (answer.ok) return undefined;
  if (answer.status === 429)
    return { kind: 'busy', afterMs: Math.max(1, Number(answer.headers.get('retry-after'))) * 1_000 };
  if (answer.status >= 500) return { kind: 'unknown' };
  return { kind: 'refused', error: new OpsError('slack-file', `HTTP ${answer.status}`) };
}

async function attempt<T>(call: () => Promise<T>): Promise<T | FileFailure> {
  try {
    return await call();
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (failure.kind !== 'refused') return failure;
    const error = refusalError(failure.error, thrown);
    // In these calls, every error without its own remedy is about files.
    const aboutFiles = error.code === 'slack-unavailable';
    return {
      kind: 'refused',
      error: aboutFiles ? new OpsError('slack-file', failure.error, { cause: thrown }) : error,
    };
  }
}
