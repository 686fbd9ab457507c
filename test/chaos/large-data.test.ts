import { afterEach, describe, expect, it } from 'vitest';
import { awsLedger, failJob } from '../support/aws-ledger.ts';
import { waitForText } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

const folder = '/srl-rlvr-training/training-data/gold/';
const parts = 16;
const partBytes = 5_000_000;

describe('a check of large training data', () => {
  let world: World;

  afterEach(async () => world.close());

  async function put(name: string, body: string): Promise<void> {
    const answer = await fetch(`${world.region.url}${folder}${name}`, { method: 'PUT', body });
    expect(answer.status).toBe(200);
  }

  /** The alarm reports broken data although all of it is valid, so that only the check reads it. */
  async function failOverGoodData(): Promise<void> {
    const good = await (await fetch(`${world.region.url}${folder}train.jsonl`)).text();
    const part = good.repeat(Math.ceil(partBytes / good.length));
    for (let number = 0; number < parts; number += 1) await put(`eval/part-${number}.jsonl`, part);
    await failJob(world, goldJob, 'data');
    await put('train.jsonl', good);
  }

  async function partsRead(): Promise<number> {
    const [scan] = await world.redis.client.keys('{relight}:scan:*');
    const fields = scan === undefined ? [] : await world.redis.client.hkeys(scan);
    return fields.filter((field) => field.startsWith('report:')).length;
  }

  it('continues on another worker if its worker is killed, and re-reads only the part in progress', async () => {
    world = await createWorld();
    const environment = { RELIGHT_SCAN_THREADS: '1' };
    await world.start('bot');
    await failOverGoodData();
    const victim = await world.start('worker', { environment });
    await waitForText(world, 'step-checked', 'parts of the training data are read');
    await until(async () => (await partsRead()) >= 3, 'three parts to be read');

    await victim.kill();
    await world.start('worker', { environment });

    await waitForText(world, 'step-checked', 'can be used for training');
    const { reads } = await awsLedger(world);
    const bytes = Object.entries(reads.bytes).filter(([key]) => key.includes('/part-'));
    expect(bytes).toHaveLength(parts);
    expect(bytes.filter(([, read]) => read > 1.5 * partBytes).length).toBeLessThanOrEqual(1);
  });
});
