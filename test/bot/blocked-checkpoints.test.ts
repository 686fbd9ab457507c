import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBlocklist } from '../../src/redis/blocklist.ts';
import { createCheckpointFolders } from '../../src/redis/checkpoint-folders.ts';
import { tokenFor } from '../support/a-token.ts';
import { firstTry } from '../support/fake-ports.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo } from './a-person.ts';

const broken = 's3://srl-rlvr-training/checkpoints/gold/checkpoint-1300/';
const older = 's3://srl-rlvr-training/checkpoints/gold/checkpoint-900/';
const request = {
  Block: [broken],
  Reason: 'srl-rlvr-gold failed while loading it: PytorchStreamReader failed',
  UntilChanged: { Image: 'train:1' },
  CodeFingerprint: 'code-1',
};

describe('/relight checkpoints', () => {
  let bot: TestBot;
  let blocklist: ReturnType<typeof createBlocklist>;

  beforeEach(async () => {
    bot = await startBot();
    blocklist = createBlocklist(bot.redis.client, { now: () => Date.UTC(2026, 10, 3) });
  });
  afterEach(async () => bot.close());

  it('lists who blocked which checkpoint and why, and how to undo it', async () => {
    expect(await answerTo(bot, 'U0GUEST', 'checkpoints')).toBe('No checkpoint is blocked.');
    await blocklist.block(request, tokenFor(firstTry, request));

    const answer = await answerTo(bot, 'U0GUEST', 'checkpoints');

    expect(answer).toContain(broken);
    expect(answer).toContain('PytorchStreamReader failed');
    expect(answer).toMatch(/approved by .*2026-11-03/);
    expect(answer).toContain(`/relight checkpoints unblock ${broken}`);
  });

  it('lets a responder undo a block, and nobody else', async () => {
    await blocklist.block(request, tokenFor(firstTry, request));

    expect(await answerTo(bot, 'U0GUEST', `checkpoints unblock ${broken}`)).toContain(
      'This needs a responder',
    );
    expect((await blocklist.among([broken], 'code-1')).size).toBe(1);
    expect(await answerTo(bot, 'U0RESP', `checkpoints unblock ${broken}`)).toContain('is no longer blocked');
    expect((await blocklist.among([broken], 'code-1')).size).toBe(0);
    expect(await answerTo(bot, 'U0RESP', `checkpoints unblock ${broken}`)).toContain('is not blocked');
  });

  it('undoes a block that is typed without the slash, and takes no mistyped word for a job', async () => {
    await blocklist.block(request, tokenFor(firstTry, request));

    expect(await answerTo(bot, 'U0RESP', `checkpoints unblok ${broken}`)).toContain('unblock');
    expect(await createCheckpointFolders(bot.redis.client).of('unblok')).toBeUndefined();
    expect(await answerTo(bot, 'U0RESP', `checkpoints unblock ${broken.slice(0, -1)}`)).toContain(
      'is no longer blocked',
    );
    expect((await blocklist.among([broken], 'code-1')).size).toBe(0);
  });

  it('keeps blocks of earlier versions, which have a reason only, until someone undoes them', async () => {
    await bot.redis.client.hset('{relight}:struck-checkpoints', older, 'a job failed while loading it');

    expect(await blocklist.among([older, broken], 'any')).toEqual(
      new Map([[older, 'a job failed while loading it']]),
    );
    expect(await answerTo(bot, 'U0RESP', 'checkpoints')).toContain('by an earlier version of Relight');
  });

  it('names the folder in which a job keeps its checkpoints', async () => {
    const folders = createCheckpointFolders(bot.redis.client);

    expect(await answerTo(bot, 'U0RESP', 'checkpoints job-1 nowhere')).toContain('Add an address');
    expect(await answerTo(bot, 'U0GUEST', 'checkpoints job-1 s3://srl/other/')).toContain(
      'This needs a responder',
    );
    expect(await folders.of('job-1')).toBeUndefined();
    const own = 's3://srl-rlvr-training/checkpoints/other/';
    expect(await answerTo(bot, 'U0RESP', `checkpoints job-1 ${own}`)).toContain('press Try again');
    expect(await folders.of('job-1')).toBe(own);
  });

  it.each([
    's3://srl/other/',
    's3://srl-rlvr-training/checkpoints/../secrets/',
    's3://srl-rlvr-training-2/checkpoints/',
  ])('does not take a folder that relight.yaml does not allow: %s', async (folder) => {
    const said = await answerTo(bot, 'U0RESP', `checkpoints job-2 ${folder}`);

    expect(said).toContain(`Relight may not use this S3 location: ${folder} (named for job-2)`);
    expect(await createCheckpointFolders(bot.redis.client).of('job-2')).toBeUndefined();
  });
});
