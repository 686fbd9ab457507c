import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SlackFiles } from '../../src/outbox/outbox.ts';
import type { KeptFile } from '../../src/ports/files.ts';
import { type FilesThread, keepTwo, startFilesThread } from './a-files-thread.ts';

describe('the files of a step that cannot be shown', () => {
  let thread: FilesThread;
  let picture: KeptFile;
  let document: KeptFile;

  beforeAll(async () => {
    thread = await startFilesThread();
  });
  afterAll(async () => thread.close());
  beforeEach(async () => {
    await thread.begin();
    [picture, document] = await keepTwo(thread.files);
  });

  it('are given up if Slack discards every upload', async () => {
    await thread.stepDone([picture]);
    const forgets = { count: 1_000, status: 200, error: 'file_not_found' };
    await thread.fault('files.completeUploadExternal', 'error', forgets);

    await thread.deliverAll(20_000);

    expect(await thread.textOf('step-found')).toContain('Slack did not take a file: file_not_found.');
    expect((await thread.ledger()).calls['upload']).toBe(3);
  });

  it('because Slack refuses them are named once in the step’s message with what to do, and block nothing', async () => {
    await thread.stepDone([picture, document]);
    const refusal = { count: 2, status: 200, error: 'missing_scope' };
    await thread.fault('files.getUploadURLExternal', 'error', refusal);

    await thread.deliverAll();
    await thread.deliverAll();

    expect(await thread.shown()).toEqual([]);
    expect(await thread.textOf('step-resumed')).toContain('Resume training');
    const said = await thread.textOf('step-found');
    expect(
      said.match(/gpu-memory\.png is not in this thread\. The Slack app lacks a permission/g),
    ).toHaveLength(1);
    expect(said).toContain('Paste manifest.yml');
    expect(said).toContain('what-happened.md is not in this thread');
  });

  it('do not prevent the others from being shown', async () => {
    await thread.stepDone([picture, document]);
    const refusal = { status: 200, error: 'file_upload_size_restricted' };
    await thread.fault('files.getUploadURLExternal', 'error', refusal);

    await thread.deliverAll();

    expect(await thread.shown()).toEqual([['what-happened.md']]);
    expect(await thread.textOf('step-found')).toContain(
      'gpu-memory.png is not in this thread. Slack did not take a file: file_upload_size_restricted.',
    );
  });

  it('are given up after a while if Slack never responds, and the message says so', async () => {
    await thread.stepDone([picture]);
    await thread.fault('upload', 'drop-before', { count: 1_000 });

    await thread.deliverAll(60_000);

    expect(await thread.textOf('step-found')).toContain(
      'gpu-memory.png is not in this thread. Slack does not',
    );
  });

  it('because they have expired are named', async () => {
    await thread.stepDone([picture, document]);
    await thread.redis.client.del(`{relight}:file:${picture.sha256}`);

    await thread.deliverAll();

    expect(await thread.shown()).toEqual([['what-happened.md']]);
    expect(await thread.textOf('step-found')).toContain(
      'gpu-memory.png is not in this thread. Relight no longer has it',
    );
  });

  it('although Slack reports them as shown are named', async () => {
    await thread.stepDone([document]);
    const { slackFiles } = thread.parts;
    const swallowing: SlackFiles = { ...slackFiles, show: async () => ({ kind: 'taken' }) };
    await thread.deliver(swallowing);

    await thread.deliverAll();

    expect(await thread.textOf('step-found')).toContain(
      'Slack accepted it but did not show it within 2 minutes',
    );
  });
});
