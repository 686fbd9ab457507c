import { afterEach, describe, expect, it } from 'vitest';
import { awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import { truncateCheckpoint } from '../support/damaged-checkpoint.ts';
import { rejectVersion } from '../support/reject-version.ts';
import {
  click,
  ephemeralsTo,
  lead,
  waitForButton,
  waitForRecovery,
  waitForText,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, postJson, type World } from '../support/world.ts';

describe('a checkpoint overwritten between the proposal and the approval', () => {
  let world: World;

  afterEach(async () => world.close());

  it('launches no job and blocks no checkpoint; the thread gives the reason, and a new request recovers the job', async () => {
    world = await createWorld();
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const first = await waitForButton(world, 'step-resumed', 'Resume training');
    const step = stepIn(await waitForText(world, 'step-resumed', 'from step'));
    await truncateCheckpoint(world, step);

    await click(world, lead, first);

    const shown = await waitForText(world, 'step-resumed', 'built this new request');
    expect(shown).toContain(`Not carried out: checkpoint-${step} changed after it was checked`);
    expect(shown).toContain('model.safetensors was overwritten');
    expect(stepIn(shown)).toBeLessThan(step);
    expect(await launches(world)).toEqual([]);
    expect(await world.redis.client.hgetall('{relight}:struck-checkpoints')).toEqual({});

    await click(world, lead, first);
    await until(
      async () => (await ephemeralsTo(world, lead)).some((text) => text.includes('an old copy')),
      'the outdated button to be refused',
    );
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));

    await waitForRecovery(world);
    const [launch, ...more] = await launches(world);
    expect(more).toEqual([]);
    expect(launch?.Tags).toContainEqual({ Key: 'relight:checkpoint', Value: `checkpoint-${stepIn(shown)}` });
  });
});

describe('a model version rejected between the promotion proposal and the approval', () => {
  let world: World;

  afterEach(async () => world.close());

  it('is not promoted; the thread gives the reason, and Relight looks for another version', async () => {
    world = await createWorld();
    await world.start('all');
    const endpoint = 'srl-rlvr-gold-prod';
    await postJson(`${world.region.url}/_sandbox/fail`, { endpoint, kind: 'model-degraded' });
    const promote = await waitForButton(world, 'step-promoted', 'Promote this version');
    await waitForText(world, 'step-promoted', 'to srl-rlvr-gold v3');
    await rejectVersion(world, 'srl-rlvr-gold', 3);

    await click(world, lead, promote);

    const why = 'srl-rlvr-gold v3 is Rejected in the registry now, and was Approved';
    const shown = await waitForText(world, 'step-promoted', `Not carried out: ${why}`);
    expect(shown).not.toContain('See the request');
    // The sandbox has no other valid version.
    await waitForText(world, 'step-fallback', 'srl-rlvr-gold v3 was rejected');
    const { calls } = await awsLedger(world);
    expect(calls.filter(({ operation }) => operation === 'UpdateEndpoint')).toEqual([]);
  });
});

function stepIn(text: string): number {
  return Number(/from step ([\d,]+)/.exec(text)?.[1]?.replaceAll(',', ''));
}
