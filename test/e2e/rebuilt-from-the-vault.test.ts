import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalKey } from '../../src/incidents/journal/journal-writer.ts';
import { archivedLines } from '../support/archived-lines.ts';
import { failJob, launches } from '../support/aws-ledger.ts';
import { click, lead, slackLedger, visibleText, waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

describe('an open incident whose Redis was emptied', () => {
  let world: World;
  const inRedis = async (incident: string): Promise<readonly string[]> =>
    world.redis.client.lrange(journalKey(incident), 0, -1);

  const shown = async (): Promise<string> => (await slackLedger(world)).messages.map(visibleText).join('\n');

  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => world.close());

  /** An incident with a request that waits for its approval, all of it in the vault. */
  /** An incident with a request that waits for its approval, and its entries, all of which are in the vault. */
  async function proposed() {
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    const incident = button.value.split('.')[0] ?? '';
    const lines = await until(async () => {
      const [redis, vault] = [await inRedis(incident), await archivedLines(world, incident)];
      return redis.length === vault.length && redis;
    }, 'the vault to have the whole journal');
    return { button, incident, lines };
  }

  async function recoveredByOneLaunch(): Promise<void> {
    await until(async () => (await shown()).includes('Recovered in'), 'a card to report the recovery');
    expect(await launches(world)).toHaveLength(1);
  }

  it('while Relight was stopped is back after the start, and its old button launches one job', async () => {
    const before = await world.start('all');
    const { button, incident, lines } = await proposed();
    await before.stop();
    await world.redis.client.flushall();

    const after = await world.start('all');

    expect((await inRedis(incident)).slice(0, lines.length)).toEqual(lines);
    expect(after.output()).toContain('restored from the vault');
    await click(world, lead, button);
    await recoveredByOneLaunch();
  });

  it('while Relight runs is back within seconds, and its old button launches one job', async () => {
    await Promise.all([world.start('bot'), world.start('worker')]);
    const { button, incident, lines } = await proposed();
    await world.redis.client.flushall();

    await until(async () => (await inRedis(incident)).length >= lines.length, 'the journal to be back');
    expect((await inRedis(incident)).slice(0, lines.length)).toEqual(lines);
    await click(world, lead, button);
    await recoveredByOneLaunch();
  });
});
