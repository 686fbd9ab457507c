import { afterEach, describe, expect, it } from 'vitest';
import { failJob, launches } from '../support/aws-ledger.ts';
import { cutCheckpoint } from '../support/damaged-checkpoint.ts';
import { lead, press, toldTo, waitForButton, waitForRecovery, waitForWords } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

describe('a checkpoint that is overwritten between the proposal and the approval', () => {
  let world: World;

  afterEach(async () => world.close());

  it('launches nothing and blocks nothing; the thread says why, and a new request recovers the job', async () => {
    world = await createWorld();
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const first = await waitForButton(world, 'step-resumed', 'Resume training');
    const step = stepIn(await waitForWords(world, 'step-resumed', 'from step'));
    await cutCheckpoint(world, step);

    await press(world, lead, first);

    const shown = await waitForWords(world, 'step-resumed', 'this is a new request');
    expect(shown).toContain(`Nothing was launched: checkpoint-${step} changed after it was checked`);
    expect(shown).toContain('model.safetensors was overwritten');
    expect(stepIn(shown)).toBeLessThan(step);
    expect(await launches(world)).toEqual([]);
    expect(await world.redis.client.hgetall('{relight}:struck-checkpoints')).toEqual({});

    await press(world, lead, first);
    await until(
      async () => (await toldTo(world, lead)).some((text) => text.includes('an old copy')),
      'the old button to be refused',
    );
    await press(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));

    await waitForRecovery(world);
    const [launch, ...more] = await launches(world);
    expect(more).toEqual([]);
    expect(launch?.Tags).toContainEqual({ Key: 'relight:checkpoint', Value: `checkpoint-${stepIn(shown)}` });
  });
});

function stepIn(text: string): number {
  return Number(/from step ([\d,]+)/.exec(text)?.[1]?.replaceAll(',', ''));
}
