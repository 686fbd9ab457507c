import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalKey } from '../../src/incidents/journal/journal-writer.ts';
import { archivedLines } from '../support/archived-lines.ts';
import { addFault, failJob, launches } from '../support/aws-ledger.ts';
import { click, lead, waitForButton, waitForRecovery } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

describe('the vault during a recovery', () => {
  let world: World;
  const inRedis = async (incident: string): Promise<readonly string[]> =>
    world.redis.client.lrange(journalKey(incident), 0, -1);
  const output = (): string => world.processes.map((relight) => relight.output()).join('\n');

  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => world.close());

  it('that refuses the journal holds an approved launch back while reading goes on, and the launch happens once it takes it again', async () => {
    await world.start('all');
    await addFault(world, { service: 's3', operation: 'PutObject', kind: 'access-denied', count: 100_000 });
    await failJob(world, goldJob, 'spot-interruption');
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await until(
      () => output().includes('The audit vault does not take the journal'),
      'the refusal in the log',
    );
    expect(await launches(world)).toEqual([]);

    await fetch(`${world.region.url}/_sandbox/faults`, { method: 'DELETE' });
    await waitForRecovery(world);

    expect(await launches(world)).toHaveLength(1);
  });

  it('has the same lines as Redis, each once, after a worker was killed while two of them copied', async () => {
    await world.start('bot');
    const [doomed] = await Promise.all([world.start('worker'), world.start('worker')]);
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    const incident = button.value.split('.')[0] ?? '';
    await click(world, lead, button);
    await until(async () => (await launches(world)).length > 0, 'the launch');
    await doomed.kill();
    await waitForRecovery(world);

    await until(
      async () => (await archivedLines(world, incident)).length >= (await inRedis(incident)).length,
      'the vault to have the whole journal',
    );
    expect(await archivedLines(world, incident)).toEqual(await inRedis(incident));
  });
});
