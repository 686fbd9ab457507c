import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { credentials } from '../../sandbox/relight-process.ts';
import { type SlackFront, startSlackFront } from '../../sandbox/slack/start.ts';
import { getJson } from '../support/world.ts';

const channel = 'C0INCIDENT';
const Answer = z.looseObject({
  ok: z.boolean(),
  error: z.string().optional(),
  ts: z.string().default(''),
  file_id: z.string().default(''),
  upload_url: z.string().default(''),
});
type Answer = z.infer<typeof Answer>;

describe('file uploads in the stand-in for Slack', () => {
  let slack: SlackFront;
  let root: string;

  beforeAll(async () => {
    slack = await startSlackFront({ port: 0, ...credentials });
    root = (await call('chat.postMessage', { channel, text: 'an incident' })).ts;
  });
  afterAll(async () => slack.close());

  async function call(method: string, body: object): Promise<Answer> {
    const answer = await fetch(`${slack.url}/api/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${credentials.botToken}` },
      body: JSON.stringify(body),
    });
    return Answer.parse(await answer.json());
  }

  async function uploaded(filename: string, more: object = {}, bytes = 'hello'): Promise<Answer> {
    const ticket = await call('files.getUploadURLExternal', { filename, length: 5, ...more });
    await fetch(ticket.upload_url, { method: 'POST', body: bytes });
    return ticket;
  }

  async function share(id: string, more: object = {}): Promise<string> {
    const answer = await call('files.completeUploadExternal', {
      files: [{ id, title: 'A title' }],
      channel_id: channel,
      thread_ts: root,
      ...more,
    });
    return answer.error ?? 'ok';
  }

  async function sharedNames(): Promise<string[]> {
    const { messages } = z
      .object({
        messages: z.array(z.looseObject({ files: z.array(z.object({ name: z.string() })).default([]) })),
      })
      .parse(await getJson(`${slack.url}/_sandbox/ledger`));
    return messages.flatMap(({ files }) => files.map(({ name }) => name));
  }

  it('get an upload URL on the front, and can be shared once', async () => {
    const { file_id: id, upload_url: url } = await uploaded('once.png', { alt_txt: 'A picture' });

    expect(url.startsWith(`${slack.url}/upload/`)).toBe(true);
    expect(await share(id)).toBe('ok');
    expect(await share(id)).toBe('file_not_found');
    expect((await sharedNames()).filter((name) => name === 'once.png')).toHaveLength(1);
  });

  it('are refused with an unknown file, channel or thread', async () => {
    const { file_id: id } = await uploaded('unknown.png');

    expect(await share('F0NOTHING')).toBe('file_not_found');
    expect(await share(id, { channel_id: 'C0NOWHERE' })).toBe('channel_not_found');
    expect(await share(id, { channel_id: 'C0GENERAL' })).toBe('not_in_channel');
    expect(await share(id, { thread_ts: '1.000001' })).toBe('invalid_arguments');
    expect(await sharedNames()).not.toContain('unknown.png');
  });

  it('are refused without bytes or with a different size than announced', async () => {
    const ticket = await call('files.getUploadURLExternal', { filename: 'none.png', length: 5 });
    const short = await uploaded('short.png', {}, 'hi');

    expect(await share(ticket.file_id)).toBe('file_not_found');
    expect(await share(short.file_id)).toBe('file_not_found');
    expect((await call('files.getUploadURLExternal', { filename: 'a.png', length: 0 })).error).toBe(
      'missing_argument',
    );
  });

  it('are accepted but silently dropped if a text file has alt text', async () => {
    const { file_id: id } = await uploaded('log.txt', { alt_txt: 'A log' });

    expect(await share(id)).toBe('ok');
    expect(await sharedNames()).not.toContain('log.txt');
  });
});
