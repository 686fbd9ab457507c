import { afterEach, describe, expect, it } from 'vitest';
import { failJob } from '../support/aws-ledger.ts';
import { submitForm } from '../support/forms.ts';
import {
  command,
  ephemeralsTo,
  lead,
  slackLedger,
  visibleText,
  waitForButton,
  waitForText,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

const silverJob = 'srl-rlvr-silver-20251103';

describe('while new threads are held back', () => {
  let world: World;

  afterEach(async () => world.close());

  const roots = async (): Promise<string[]> =>
    (await slackLedger(world)).messages.filter(({ thread_ts }) => thread_ts === undefined).map(visibleText);
  const sawEphemeral = async (words: string): Promise<boolean> =>
    (await ephemeralsTo(world, lead)).some((text) => text.includes(words));

  it('by a silence, a failure is still investigated and gets its thread when the silence ends', async () => {
    world = await createWorld();
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const silence = await waitForButton(world, 'card', 'Silence new threads');
    await submitForm(world, lead, silence, {
      scope: 'anything (needs a lead)',
      why: 'network maintenance',
    });
    await waitForText(world, 'card', 'New threads about anything are silenced');

    await failJob(world, silverJob, 'internal');
    await until(async () => {
      await command(world, lead, 'list');
      return sawEphemeral('held back until');
    }, 'the failed job to be listed as held back');
    expect(await roots()).toHaveLength(1);

    const end = await waitForButton(world, 'card', 'End silence');
    await command(world, lead, `snooze ${end.value.split('.')[0] ?? ''}`);

    const all = await until(
      async () => {
        const found = await roots();
        return found.length === 3 && found;
      },
      'the summary and the other thread',
      40_000,
    );
    expect(all.find((text) => text.includes('is over'))).toContain(`${silverJob}: SageMaker internal error`);
    expect(all.filter((text) => text.includes(silverJob))).toHaveLength(2);
  });

  it('by a maintenance window, the failure is summarized in one message afterward and gets its thread', async () => {
    const starts = new Date().toISOString();
    // Long enough for a busy machine to start Relight and see the job fail before it ends.
    const minutes = 1;
    world = await createWorld({
      configure: (yaml) =>
        yaml.replace(
          'maintenance: []',
          `maintenance: [{ name: Storage move, starts: "${starts}", minutes: ${minutes} }]`,
        ),
    });
    await world.start('bot');
    await world.start('worker');
    await failJob(world, goldJob, 'spot-interruption');

    const [summary, card] = await until(async () => {
      const found = await roots();
      return found.length === 2 && found.toSorted((one) => (one.includes('Storage move is over') ? -1 : 1));
    }, 'the summary and the thread');
    expect(summary).toContain('Storage move is over');
    expect(summary).toContain(goldJob);
    expect(summary).toContain('open: its thread follows');
    expect(card).toContain(`${goldJob}: spot capacity lost`);
    const { messages } = await slackLedger(world);
    expect(Math.min(...messages.map(({ ts }) => Number(ts)))).toBeGreaterThan(
      Date.parse(starts) / 1_000 + minutes * 60,
    );
  });
});
