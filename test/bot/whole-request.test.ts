import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import { requestView } from '../../src/bot/views/request/request.ts';
import { createFiles, createKeptFiles } from '../../src/outbox/kept-files.ts';
import type { Difference } from '../../src/ports/step-output.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';
import { startBot, type TestBot } from './a-bot.ts';
import {
  eventsOf,
  happened,
  hash,
  ledger,
  openBare,
  press,
  repliesTo,
  send,
  standing,
  toldTo,
} from './a-person.ts';

/** A request with 90 typed values, too long for a message. */
describe('a request that is too long for its message', () => {
  let bot: TestBot;
  const id = 'rl-test1234';
  const name = 'request-abcdef01.json';
  const differences = Array.from(
    { length: 90 },
    (_, n): Difference => ({ field: `HyperParameters.typed_${n}`, after: `value-${n}`, by: 'person' }),
  );
  const request = {
    TrainingJobName: 'copy',
    HyperParameters: Object.fromEntries(
      differences.map(({ field, after }) => [field.slice(16), after ?? '']),
    ),
    Notes: Array.from({ length: 300 }, (_, n) => `a line of a long request, number ${n}`),
  };

  afterEach(async () => bot.close());

  async function propose(withFile: boolean): Promise<void> {
    const files = createFiles(createKeptFiles(bot.redis.client, { now: Date.now }), undefined);
    const bytes = new TextEncoder().encode(JSON.stringify(request, undefined, 2));
    const file = withFile ? { files: [await files.keep(name, 'text/plain', bytes)] } : {};
    await openBare(bot);
    const proposal = { headline: 'Launch copy', request, differences, warnings: [], ...file };
    await happened(bot, id, [
      { type: 'step-done', step: 'found', attempt: 1, result: { checkpoint: 'checkpoint-400' } },
      { type: 'step-proposed', step: 'resumed', attempt: 1, proposal, hash, role: 'lead', needs: 1 },
    ]);
  }

  const shown = async (): Promise<string> => JSON.stringify(await standing(bot, 'step-resumed'));
  const shownWith = async (words: string): Promise<string> =>
    until(
      async () => {
        await bot.deliver(id);
        const message = await shown();
        return message.includes(words) && message;
      },
      `the message to say ${words}`,
      60_000,
    );

  it('gets its approve button only once the thread shows it in full as a file', async () => {
    bot = await startBot();
    await postJson(`${bot.slack.url}/_sandbox/faults`, {
      method: 'files.completeUploadExternal',
      kind: 'error',
    });

    await propose(true);

    const before = await shown();
    expect(before).not.toContain(actionIds.approve);
    expect(before).toMatch(/and \d+ more fields in `request-abcdef01\.json`/);
    expect(before).toContain('together with the approve button');
    const after = await shownWith(actionIds.approve);
    expect(after).not.toContain('comes with it');
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('has no approve button if the file cannot be uploaded, says why, and can be rebuilt', async () => {
    bot = await startBot();
    await postJson(`${bot.slack.url}/_sandbox/faults`, {
      method: 'files.getUploadURLExternal',
      kind: 'error',
      status: 200,
      error: 'not_allowed',
      count: 50,
    });
    await propose(true);

    const message = await shownWith('No approve button');
    expect(message).not.toContain(actionIds.approve);
    expect(message).toContain(`${name} is not in this thread`);
    await press(bot, 'U0RESP', { action: actionIds.retry, value: `${id}.resumed.1.${hash.slice(0, 8)}` });

    await until(async () => (await toldTo(bot, 'U0RESP')).length > 0, 'the person to be told');
    expect(await eventsOf(bot, id, 'step-adjusted')).toMatchObject([{ attempt: 2, by: { user: 'U0RESP' } }]);
  });

  it('has no approve button if it was built without a file', async () => {
    bot = await startBot();
    await propose(false);

    expect(await shown()).not.toContain(actionIds.approve);
    expect(await shown()).toContain('Rebuild the request');
  });

  it('cannot be approved unread by command: step and status say how to read it until it is shown', async () => {
    bot = await startBot();
    await propose(false);
    const answerTo = async (text: string): Promise<string> => {
      const before = (await repliesTo(bot, 'U0LEAD')).length;
      await send(bot, 'U0LEAD', text);
      const all = await until(async () => {
        const replies = await repliesTo(bot, 'U0LEAD');
        return replies.length > before && replies;
      }, `an answer to ${text}`);
      return all.at(-1) ?? '';
    };

    for (const text of [`step ${id} resumed`, `step ${id} resumed 12345678`, `status ${id}`]) {
      const answer = await answerTo(text);
      expect(answer, text).toContain('click *See the request* there and read every page');
      expect(answer, text).not.toContain(hash.slice(0, 8));
    }
    expect(await eventsOf(bot, id, 'step-approved')).toEqual([]);
  });

  it('is approved by the command in the reply to step once its file is in the thread', async () => {
    bot = await startBot();
    await propose(true);
    await shownWith(actionIds.approve);

    await send(bot, 'U0LEAD', `step ${id} resumed`);

    const command = `/relight step ${id} resumed ${hash.slice(0, 8)}`;
    await until(
      async () => (await repliesTo(bot, 'U0LEAD')).some((text) => text.includes(command)),
      'the approving command',
    );
  });

  it('can be read page by page to the end, where the command that approves it is shown', async () => {
    bot = await startBot();
    await propose(false);
    await press(bot, 'U0LEAD', { action: actionIds.request });
    await until(async () => (await ledger(bot)).views.length > 0, 'the request to open');
    const first = JSON.stringify((await ledger(bot)).views.at(-1)?.view);
    expect(first).toContain('Next page');
    expect(await postJson(`${bot.slack.url}/_sandbox/submit-view`, { user: 'U0LEAD', values: {} })).toEqual({
      ok: true,
    });
    expect((await ledger(bot)).violations).toEqual([]);

    const about = { ref: `${id}.resumed.1.abcdef01`, messageIsWhole: false, command: `/relight step ${id}` };
    const proposal = { headline: 'Launch copy', request, differences, warnings: [] };
    const pages: string[] = [];
    do pages.push(JSON.stringify(requestView(proposal, hash, { ...about, page: pages.length + 1 })));
    while (pages.at(-1)?.includes('Next page') === true);

    const all = pages.join('\n');
    for (const { field } of differences) expect(all).toContain(field);
    expect(all).toContain('number 299');
    expect(pages.map((page) => page.includes('/relight step'))).toEqual(
      pages.map((_, n) => n === pages.length - 1),
    );
  });
});
