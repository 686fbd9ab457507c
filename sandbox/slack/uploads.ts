import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Args, ShownFile, SlackLedger } from './ledger.ts';
import { botUser, channels } from './seed.ts';
import type { Problem } from './validate-blocks.ts';

interface Upload {
  readonly id: string;
  readonly name: string;
  readonly length: number;
  readonly alt?: string;
  sha256?: string;
  type?: string;
  /** Slack lets an upload be shared once. */
  shared: boolean;
}

const Ticket = z.object({ upload_url: z.string(), file_id: z.string() });
const Files = z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1);
/** local-slack reports at once where it posted a file; Slack does so later, if at all. */
const Shares = z.object({
  files: z.array(
    z.object({ shares: z.object({ public: z.record(z.string(), z.array(z.object({ ts: z.string() }))) }) }),
  ),
});

const path = '/upload/v1/';

/** Slack's file upload: get an upload URL, send the bytes, then share. local-slack stores the files; this class adds Slack's checks. */
export class Uploads {
  private readonly byId = new Map<string, Upload>();
  private readonly byToken = new Map<string, Upload>();
  private readonly inner: string;
  private readonly ledger: SlackLedger;

  constructor(inner: string, ledger: SlackLedger) {
    this.inner = inner;
    this.ledger = ledger;
  }

  /** https://docs.slack.dev/reference/methods/files.getUploadURLExternal#errors */
  ticketProblem(args: Args): Problem | undefined {
    const length = Number(args['length']);
    if (typeof args['filename'] !== 'string' || args['filename'] === '' || !(length > 0))
      return { error: 'missing_argument', messages: ['filename and a length above 0 are needed'] };
    if (typeof args['alt_txt'] === 'string' && args['alt_txt'].length > 1_000)
      return { error: 'alt_txt_too_large', messages: ['alt_txt has at most 1000 characters'] };
    return undefined;
  }

  /** https://docs.slack.dev/reference/methods/files.completeUploadExternal can be called only once per file. */
  shareProblem(args: Args): Problem | undefined {
    const files = Files.safeParse(args['files']);
    if (!files.success) return { error: 'invalid_arguments', messages: [z.prettifyError(files.error)] };
    const channel = channels.find(({ id }) => id === args['channel_id']);
    if (channel === undefined) return { error: 'channel_not_found', messages: [] };
    if (!channel.members.includes(botUser)) return { error: 'not_in_channel', messages: [] };
    const root = this.ledger.find(channel.id, String(args['thread_ts']));
    if (args['thread_ts'] !== undefined && (root === undefined || root.thread_ts !== undefined))
      return { error: 'invalid_arguments', messages: ['thread_ts is not the root of a thread'] };
    const missing = files.data.filter(({ id }) => {
      const upload = this.byId.get(id);
      return upload?.sha256 === undefined || upload.shared;
    });
    return missing.length > 0
      ? { error: 'file_not_found', messages: missing.map(({ id }) => id) }
      : undefined;
  }

  /** Records the upload URL and returns one with the front's address instead. */
  ticket(args: Args, answer: Args, base: string): Args {
    const { upload_url: url, file_id: id } = Ticket.parse(answer);
    const token = new URL(url).pathname.slice(path.length);
    const upload: Upload = {
      id,
      name: String(args['filename']),
      length: Number(args['length']),
      ...(typeof args['alt_txt'] === 'string' ? { alt: args['alt_txt'] } : {}),
      shared: false,
    };
    this.byId.set(id, upload);
    this.byToken.set(token, upload);
    return { ok: true, upload_url: `${base}${path}${token}`, file_id: id };
  }

  /** Receives the bytes of a file that is not shared yet. */
  async receive(url: string, body: Buffer, response: ServerResponse): Promise<void> {
    const token = new URL(url, 'http://slack').pathname.slice(path.length);
    const upload = this.byToken.get(token);
    if (upload === undefined || body.byteLength !== upload.length) {
      const got = `${body.byteLength} bytes for ${upload?.length ?? 'no file'}`;
      this.ledger.violated('upload', 'length', [got]);
      response.writeHead(400).end(got);
      return;
    }
    const type = typeOf(upload.name);
    await fetch(`${this.inner}${path}${token}`, { method: 'POST', headers: { 'content-type': type }, body });
    upload.sha256 = createHash('sha256').update(body).digest('hex');
    upload.type = type;
    response.writeHead(200).end(`OK - ${body.byteLength}`);
  }

  /**
   * Whether Slack silently drops the files: it answers ok but posts nothing if a file that is not an image has alt text.
   * https://github.com/slackapi/python-slack-sdk/issues/1818
   */
  silentlyDrops(args: Args): boolean {
    const uploads = this.uploads(args);
    for (const upload of uploads) upload.shared = true;
    const wrong = uploads.filter(({ alt, type }) => alt !== undefined && type?.startsWith('image/') !== true);
    if (wrong.length > 0)
      this.ledger.violated(
        'files.completeUploadExternal',
        'alt_txt',
        wrong.map(({ name }) => name),
      );
    return wrong.length > 0;
  }

  /** Records the message with the files in the ledger. */
  shared(args: Args, answer: Args): void {
    const channel = String(args['channel_id']);
    const ts = Shares.safeParse(answer).data?.files[0]?.shares.public[channel]?.[0]?.ts;
    const titles = new Map(Files.parse(args['files']).map(({ id, title }) => [id, title]));
    const files: readonly ShownFile[] = this.uploads(args).map(
      ({ id, name, length, alt, sha256 = '', type = '' }) => ({
        id,
        name,
        title: titles.get(id) ?? name,
        type,
        size: length,
        sha256,
        ...(alt === undefined ? {} : { alt }),
      }),
    );
    this.ledger.filesPosted(args, String(ts), files);
  }

  private uploads(args: Args): readonly Upload[] {
    return Files.parse(args['files']).flatMap(({ id }) => this.byId.get(id) ?? []);
  }
}

const types: Readonly<Record<string, string>> = { png: 'image/png', md: 'text/markdown' };

function typeOf(name: string): string {
  return types[name.split('.').at(-1) ?? ''] ?? 'text/plain';
}

/** Slack's response: only the file IDs and titles, because it posts the message later. */
export function filesAnswer(args: Args): Args {
  return { ok: true, files: Files.parse(args['files']).map(({ id, title }) => ({ id, title })) };
}
