import { afterEach, describe, expect, it } from 'vitest';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, eventsOf, happened, hash } from './a-person.ts';

describe('a person who sends /relight start', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  it('for a playbook that is already running is told that nothing was started, where it is, whose move it is, and how to run it again', async () => {
    bot = await startBot();
    await answerTo(bot, 'U0RESP', 'start test-playbook srl-rlvr-gold-1');
    const [incident = ''] = await bot.store.ids('open');
    const failed = { code: 'unexpected', says: 'it failed', next: 'Try again.' } as const;
    const proposal = { headline: 'Launch copy', request: {}, differences: [], warnings: [] };
    const { pinned } = await bot.store.load(incident);
    await happened(bot, incident, [
      ...pinned
        .slice(0, pinned.indexOf('resumed'))
        .map((step) => ({ type: 'step-skipped' as const, step, reason: 'not needed' })),
      { type: 'step-proposed', step: 'resumed', attempt: 1, proposal, hash, role: 'lead', needs: 1 },
    ]);

    const again = await answerTo(bot, 'U0LEAD', 'start test-playbook srl-rlvr-gold-1');

    expect(again).not.toContain('✅');
    expect(again).toMatch(
      new RegExp(
        `^⚠️ Nothing was started: \`test-playbook\` is already running for this job in <https?://\\S+\\|the thread of ${incident}>\\.`,
      ),
    );
    expect(again).toContain('*Your move:* approve *Resume training* in the thread (a lead)');
    expect(again).toContain(
      'If a step fails, `/relight start test-playbook srl-rlvr-gold-1` starts it again',
    );
    expect(await eventsOf(bot, incident, 'playbook-started')).toHaveLength(1);

    await happened(bot, incident, [{ type: 'step-failed', step: 'resumed', attempt: 1, ...failed }]);
    expect(await answerTo(bot, 'U0LEAD', 'start test-playbook srl-rlvr-gold-1')).toContain(
      `✅ ${incident} is open`,
    );
    expect(await eventsOf(bot, incident, 'playbook-started')).toHaveLength(2);
  });
});
