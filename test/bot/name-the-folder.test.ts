import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCheckpointFolders } from '../../src/redis/checkpoint-folders.ts';
import { submitForm } from '../support/forms.ts';
import { waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { eventsOf, happened, openBare, toldTo } from './a-person.ts';

const id = 'rl-test1234';
const allowed = 's3://srl-rlvr-training/checkpoints/elsewhere/';

describe('a step that found no checkpoint', () => {
  let bot: TestBot;

  beforeEach(async () => {
    bot = await startBot();
    await openBare(bot);
    await happened(bot, id, [
      {
        type: 'step-failed',
        step: 'found',
        attempt: 1,
        code: 'no-checkpoint',
        says: 'No checkpoint can be used to resume: looked in s3://srl/checkpoints/',
        next: 'Start over from scratch.',
      },
    ]);
  });
  afterEach(async () => bot.close());

  const answer = async (user: string, folder: string): Promise<unknown> =>
    submitForm(bot, user, await waitForButton(bot, 'step-found', 'Name the folder'), { folder });
  const named = async (): Promise<string | undefined> => {
    const { job } = await bot.store.load(id);
    return createCheckpointFolders(bot.redis.client).of(job);
  };

  it('has a form for the folder, and runs again once a responder has named it', async () => {
    expect(await answer('U0RESP', 'somewhere')).toMatchObject({
      errors: { folder: 'It must look like s3://bucket/prefix/.' },
    });
    expect(await answer('U0RESP', 's3://srl/elsewhere/')).toMatchObject({
      errors: {
        folder: expect.stringContaining('Relight may not use this S3 location: s3://srl/elsewhere/'),
      },
    });
    expect(await answer('U0RESP', allowed)).toEqual({ ok: true });

    await until(() => bot.advanced.includes(id), 'the step to run again');
    expect(await named()).toBe(allowed);
    expect(await eventsOf(bot, id, 'step-retried')).toMatchObject([{ step: 'found' }]);
  });

  it.each([allowed, 's3://srl/elsewhere/'])(
    'keeps what it knows if a guest fills in the form, and tells nothing about %s',
    async (folder) => {
      expect(await answer('U0GUEST', folder)).toEqual({ ok: true });

      await until(async () => (await toldTo(bot, 'U0GUEST')).length > 0, 'the refusal');
      expect(await named()).toBeUndefined();
    },
  );
});
