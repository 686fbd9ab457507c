import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failJob, launches } from '../support/aws-ledger.ts';
import {
  click,
  command,
  ephemeralsTo,
  lead,
  slackLedger,
  visibleText,
  waitForButton,
  waitForRecovery,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => world.close());

async function messagesWith(words: string): Promise<readonly string[]> {
  const { messages } = await slackLedger(world);
  return messages.map(visibleText).filter((text) => text.includes(words));
}

/** In the channel and in the thread; while changes are halted, the card says so too. */
const shownIn = (count: number, words: string) => async () => (await messagesWith(words)).length === count;

describe('a halt of all changes', () => {
  it('stops an approval without using it up, is announced once in the channel and the thread across a restart, and the same button works after it', async () => {
    const relight = await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    await command(world, lead, 'halt the new AMI breaks NCCL');
    await until(shownIn(3, 'the new AMI breaks NCCL'), 'the channel and the thread to say so');

    await click(world, lead, button);
    await until(
      async () =>
        (await ephemeralsTo(world, lead)).some((text) =>
          text.includes('Not done. All changes are halted: the new AMI breaks NCCL (by `/relight halt`).'),
        ),
      'the click to be answered',
    );
    await relight.stop();
    await world.start('all');
    await command(world, lead, 'status');
    await until(
      async () =>
        (await ephemeralsTo(world, lead)).some((text) => text.includes('⛔ All changes are halted')),
      'the status to say so',
    );
    expect(await launches(world)).toEqual([]);
    expect(await messagesWith('the new AMI breaks NCCL')).toHaveLength(3);

    await command(world, lead, 'halt off');
    await until(shownIn(2, 'Changes have resumed'), 'the channel and the thread to say so');
    await click(world, lead, button);
    await waitForRecovery(world);
    expect(await launches(world)).toHaveLength(1);
    const timeline = await messagesWith('All changes were halted');
    expect(timeline).toHaveLength(1);
  });

  it('by a file lasts while the file exists, and is shown by /readyz, which stays ready', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relight-halt-'));
    const file = join(folder, 'halt');
    try {
      const relight = await world.start('all', { environment: { RELIGHT_HALT_FILE: file } });
      await failJob(world, goldJob, 'spot-interruption');
      const button = await waitForButton(world, 'step-resumed', 'Resume training');
      await writeFile(file, 'quota incident 4711\n');
      await until(shownIn(3, 'quota incident 4711'), 'the channel and the thread to say so', 60_000);
      const port = /port (\d+)/.exec(relight.output())?.[1] ?? '';
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
      expect(ready.status).toBe(200);
      expect(await ready.text()).toContain('"changes":"halted: quota incident 4711 (by RELIGHT_HALT_FILE)"');
      expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain(
        'relight_changes_halted 1',
      );
      await click(world, lead, button);
      expect(await launches(world)).toEqual([]);

      await rm(file);
      await until(shownIn(2, 'Changes have resumed'), 'changes to resume', 120_000);
      await click(world, lead, button);
      await waitForRecovery(world);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('by someone who is no lead is refused, with the missing role, and recorded', async () => {
    await world.start('all');
    await command(world, 'U0RESP', 'halt because');
    const told = await until(
      async () => (await ephemeralsTo(world, 'U0RESP')).find((text) => text.includes('Not done')),
      'the refusal',
    );
    expect(told).toContain('a lead');
    const journal = await world.redis.client.lrange('{relight}:journal-of-workspace', 0, -1);
    expect(journal.join()).toContain('halt because');
    expect(await world.redis.client.exists('{relight}:halt')).toBe(0);
  });
});
