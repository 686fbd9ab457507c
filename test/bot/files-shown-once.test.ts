import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SlackFiles } from '../../src/outbox/outbox.ts';
import type { KeptFile } from '../../src/ports/files.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';
import { type FilesThread, keepTwo, startFilesThread } from './a-files-thread.ts';

const names = ['gpu-memory.png', 'what-happened.md'];

describe('the files of a step, with any fault on the way', () => {
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

  /** Shown once, and none is reported missing. */
  async function shownOnce(expected: readonly string[]): Promise<void> {
    expect(await thread.shown()).toEqual([expected]);
    expect(await thread.textOf('step-found')).not.toContain('not in this thread');
  }

  /** Slack as seen by a process that dies right before or right after a call. */
  function dyingBoard(at: 'upload' | 'show', when: 'before' | 'after'): SlackFiles {
    const { slackFiles } = thread.parts;
    const dying =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (when === 'after') await call(...args);
        throw new Error('killed');
      };
    return { ...slackFiles, [at]: dying(slackFiles[at] as (...args: unknown[]) => Promise<unknown>) };
  }

  describe.each(['files.getUploadURLExternal', 'upload', 'files.completeUploadExternal'])(
    'when %s',
    (method) => {
      it.each(['ratelimited', 'error', 'drop-before', 'drop-after'])(
        'answers with %s, are shown once',
        async (kind) => {
          await thread.stepDone([picture, document]);
          await thread.fault(method, kind, { count: 2, retryAfter: 3 });

          await thread.deliverAll();

          await shownOnce(names);
        },
      );
    },
  );

  it('are shown once if the response was lost and Slack shows them only later', async () => {
    await thread.stepDone([picture, document]);
    await thread.fault('files.completeUploadExternal', 'late');
    await until(async () => {
      thread.after(await thread.deliver());
      return ((await thread.ledger()).calls['files.completeUploadExternal'] ?? 0) > 1;
    }, 'the second try to show them');
    expect(await thread.shown()).toEqual([]);
    await postJson(`${thread.slack.url}/_sandbox/release`, {});
    await until(async () => (await thread.shown()).length > 0, 'Slack to show them');

    await thread.deliverAll();

    await shownOnce(names);
  });

  it.each([
    ['before the upload', 'upload', 'before'],
    ['after the upload', 'upload', 'after'],
    ['before they are shown', 'show', 'before'],
    ['after they are shown', 'show', 'after'],
  ] as const)('are shown once when the process is killed %s', async (_, call, when) => {
    await thread.stepDone([picture, document]);

    await expect(thread.deliver(dyingBoard(call, when))).rejects.toThrow('killed');
    await thread.deliverAll();

    await shownOnce(names);
  });

  it('are shown once by four processes at the same time', async () => {
    await thread.stepDone([picture, document]);

    await Promise.all(Array.from({ length: 4 }, async () => thread.deliver()));
    await thread.deliverAll();

    await shownOnce(names);
  });

  it.each([
    ['has uploaded them', 'upload', 'after'],
    ['shows them', 'show', 'before'],
  ] as const)(
    'are shown once though a process sleeps when it %s, and wakes after another one has shown them',
    async (_, call, when) => {
      await thread.stepDone([picture]);
      const { slackFiles } = thread.parts;
      let wake = (): void => undefined;
      const alarmClock = new Promise<void>((resolve) => {
        wake = resolve;
      });
      let asleep = false;
      const sleep = async (): Promise<void> => {
        asleep = true;
        await alarmClock;
      };
      const real = slackFiles[call] as (...args: unknown[]) => Promise<unknown>;
      const sleepy = async (...args: unknown[]): Promise<unknown> => {
        if (when === 'before') await sleep();
        const outcome = await real(...args);
        if (when === 'after') await sleep();
        return outcome;
      };
      const first = thread.deliver({ ...slackFiles, [call]: sleepy });
      await until(() => asleep, 'the process to fall asleep');
      thread.after(31_000);
      await thread.redis.client.del(`{relight}:outbox-lock:${thread.incident()}`);
      await thread.deliverAll();
      wake();

      await first;
      await thread.deliverAll();

      await shownOnce(['gpu-memory.png']);
    },
  );

  it.each(['error', 'ratelimited', 'drop-before'])(
    'are not asked for before Slack has their bytes: %s',
    async (kind) => {
      await thread.stepDone([picture, document]);
      await thread.fault('upload', kind, { count: 2 });

      await thread.deliverAll();

      expect((await thread.ledger()).calls['files.completeUploadExternal']).toBe(1);
    },
  );

  it('are uploaded again if Slack discarded the upload', async () => {
    await thread.stepDone([picture]);
    await thread.fault('files.completeUploadExternal', 'error', {
      count: 1_000,
      status: 200,
      error: 'file_not_found',
    });
    await until(async () => {
      await thread.deliver();
      thread.after(20_000);
      return ((await thread.ledger()).calls['upload'] ?? 0) > 1;
    }, 'the second upload');
    await fetch(`${thread.slack.url}/_sandbox/faults`, { method: 'DELETE' });

    await thread.deliverAll();

    await shownOnce(['gpu-memory.png']);
  });
});
