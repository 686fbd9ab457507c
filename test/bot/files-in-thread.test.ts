import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeptFile } from '../../src/ports/files.ts';
import { noLimit } from '../support/no-ops.ts';
import { type FilesThread, hashOf, keepTwo, png, startFilesThread, text } from './a-files-thread.ts';

describe('the files of a step', () => {
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

  const keysInOrder = async (): Promise<string[]> =>
    (await thread.ledger()).messages.map(({ metadata, files }) =>
      files === undefined ? (metadata?.event_payload.key ?? '') : 'files',
    );

  it('are in one message right below the step, in order, the picture with its alt text', async () => {
    await thread.stepDone([picture, document]);

    await thread.deliverAll();
    await thread.deliverAll();

    const { messages, violations } = await thread.ledger();
    const root = messages[0]?.ts;
    expect(await keysInOrder()).toEqual(['card', 'step-found', 'files', 'step-resumed']);
    expect(messages[2]?.thread_ts).toBe(root);
    expect(messages[2]?.files).toMatchObject([
      {
        name: 'gpu-memory.png',
        title: 'GPU memory',
        alt: picture.alt,
        size: png.length,
        sha256: hashOf(png),
      },
      { name: 'what-happened.md', title: 'what-happened.md', size: text.length, sha256: hashOf(text) },
    ]);
    expect(messages[2]?.files?.[1]?.alt).toBeUndefined();
    expect(violations).toEqual([]);
  });

  it('come after the result, not while the step is in progress', async () => {
    await thread.store.transact(thread.incident(), () => ({
      events: [{ type: 'step-progress', step: 'found', attempt: 1, note: 'Looking' }],
      answer: undefined,
    }));
    await thread.deliverAll();
    await thread.stepDone([picture]);
    await thread.fault('files.getUploadURLExternal', 'ratelimited', { count: 3, retryAfter: 9 });

    await thread.deliver();

    expect(await thread.shown()).toEqual([]);
    expect(await thread.textOf('step-found')).toContain('checkpoint-400');
    await thread.deliverAll();
    expect(await thread.shown()).toEqual([['gpu-memory.png']]);
  });

  describe('let a decision go first', () => {
    /** The next step needs an approval. */
    async function ask(): Promise<void> {
      await thread.store.transact(thread.incident(), () => ({
        events: [
          {
            type: 'step-proposed',
            step: 'resumed',
            attempt: 1,
            proposal: { headline: 'Launch it', request: {}, differences: [], warnings: [] },
            hash: 'h',
            role: 'responder',
            needs: 1,
          },
        ],
        answer: undefined,
      }));
    }

    it('that is pending at the same time', async () => {
      await thread.stepDone([picture]);
      await ask();

      await thread.deliverAll();

      expect(await keysInOrder()).toEqual(['card', 'step-found', 'step-resumed', 'files']);
    });

    it('that comes up while Slack refuses the upload', async () => {
      await thread.stepDone([picture]);
      await thread.fault('upload', 'ratelimited', { count: 1_000, retryAfter: 600 });
      expect(await thread.deliver()).toBe(1_000);
      await ask();

      await thread.deliver();

      expect(await thread.textOf('step-resumed')).toContain('Press the button');
    });

    it('while the channel has no room for updates', async () => {
      await thread.stepDone([picture]);
      await ask();
      const busy = {
        ...noLimit,
        take: async (_: string, urgency: string) => (urgency === 'progress' ? 5_000 : 0),
      };

      expect(await thread.deliver(undefined, busy)).toBe(1_000);

      expect(await keysInOrder()).toEqual(['card', 'step-found', 'step-resumed']);
      await thread.deliverAll();
      expect(await thread.shown()).toHaveLength(1);
    });
  });
});
