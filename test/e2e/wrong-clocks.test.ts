import { afterEach, describe, expect, it, type TestContext } from 'vitest';
import { atMost } from '../../bench/figures.ts';
import { firstBreak } from '../../src/audit/chain.ts';
import { report } from '../chaos/support/figures.ts';
import { failJob, launches } from '../support/aws-ledger.ts';
import { journalsOf } from '../support/journals.ts';
import { click, lead, otherLead, waitForButton, waitForRecovery, waitForText } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';
import { changeToSummer, inWinter, setBackAnHour, withWrongClock } from '../support/wrong-clock.ts';

const minute = 60_000;

const twoApprovals = (yaml: string): string =>
  yaml.replace('change: { role: lead, approvals: 1 }', 'change: { role: lead, approvals: 2 }');

/** The bot records an approval and the worker judges its age: each on a machine with a clock of its own. */
describe('an approval', () => {
  let world: World;

  afterEach(async () => world.close());

  async function expectRecoveredOnTime(startedAt: number, context: Pick<TestContext, 'task'>): Promise<void> {
    await waitForRecovery(world);
    const launched = await launches(world);
    expect(launched).toHaveLength(1);
    const [journal = [], ...more] = await journalsOf(world);
    expect(more).toEqual([]);
    expect(firstBreak(journal)).toBeUndefined();
    const times = journal.map(({ at }) => at);
    expect(Math.min(...times)).toBeGreaterThan(startedAt - 5_000);
    expect(Math.max(...times)).toBeLessThan(Date.now() + 5_000);
    const { name } = context.task;
    report(context, atMost(`T15: launches too many: an approval ${name}`, launched.length - 1, 0));
  }

  it.for([
    ['bot is 10 minutes behind and the worker 10 minutes ahead', -10, 10],
    ['bot is 10 minutes ahead and the worker 10 minutes behind', 10, -10],
  ] as const)(
    'does not lapse if the clock of the %s, and the journal has the time of Redis',
    async ([, bot, worker], context) => {
      const startedAt = Date.now();
      world = await createWorld();
      const behind = await world.start('bot', withWrongClock(bot * minute));
      await world.start('worker', withWrongClock(worker * minute));
      await failJob(world, goldJob, 'spot-interruption');

      await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));

      await expectRecoveredOnTime(startedAt, context);
      expect(behind.output()).toContain('set both clocks by NTP');
    },
  );

  it('of the first of two leads counts although all clocks are set back by an hour before the second approves, and time zones differ', async (context) => {
    const startedAt = Date.now();
    world = await createWorld({ configure: twoApprovals });
    const processes = [
      await world.start('bot', { ...withWrongClock(0), environment: { TZ: 'America/New_York' } }),
      await world.start('worker', { ...withWrongClock(0), environment: { TZ: 'Asia/Kolkata' } }),
    ];
    await failJob(world, goldJob, 'spot-interruption');
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await waitForText(world, 'step-resumed', 'from one more person');

    for (const relight of processes) setBackAnHour(relight);
    await click(world, otherLead, await waitForButton(world, 'step-resumed', 'Resume training'));

    await expectRecoveredOnTime(startedAt, context);
  });

  it('has one launch, which is followed to its end without delay, if all clocks are set back by an hour while the new job starts', async (context) => {
    const startedAt = Date.now();
    world = await createWorld({ speed: 40 });
    const processes = [
      await world.start('bot', withWrongClock(0)),
      await world.start('worker', withWrongClock(0)),
    ];
    await failJob(world, goldJob, 'spot-interruption');
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await until(async () => (await launches(world)).length > 0, 'the launch');

    for (const relight of processes) setBackAnHour(relight);

    await expectRecoveredOnTime(startedAt, context);
  });

  it('of the first of two leads counts although the time zone changes to daylight saving time before the second approves', async (context) => {
    const startedAt = Date.now();
    world = await createWorld({ configure: twoApprovals });
    const winter = { ...withWrongClock(0), environment: inWinter };
    const processes = [await world.start('bot', winter), await world.start('worker', winter)];
    await failJob(world, goldJob, 'spot-interruption');
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await waitForText(world, 'step-resumed', 'from one more person');

    for (const relight of processes) changeToSummer(relight);
    await click(world, otherLead, await waitForButton(world, 'step-resumed', 'Resume training'));

    await expectRecoveredOnTime(startedAt, context);
  });
});
