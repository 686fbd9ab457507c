import { beforeEach, describe, expect, it } from 'vitest';
import type { LayoutName } from '../../src/checkpoints/layouts/layout.ts';
import type { S3Uri } from '../../src/ports/ports.ts';
import { planStaging, stage } from '../../src/relaunch/staging.ts';
import { tokenFor } from '../support/a-token.ts';
import { root } from '../support/a-training-run.ts';
import { textBytes } from '../support/checkpoint-files.ts';
import { firstTry } from '../support/fake-ports.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';

const recoveryPrefix: S3Uri = 's3://srl-rlvr-training/checkpoints-recovery/';
let checkpoints: MemoryCheckpoints;

beforeEach(() => {
  checkpoints = new MemoryCheckpoints();
});

function put(...names: string[]): void {
  for (const name of names) checkpoints.put(`${root}${name}`, textBytes('x'));
}

async function planned(layout: LayoutName, folder: string, also?: string[]): Promise<string[] | undefined> {
  const uri: S3Uri = root;
  const wanted = {
    uri,
    checkpoint: {
      uri: `${root}${folder}/` as const,
      layout,
      ...(also && { also: also.map((one): S3Uri => `${root}${one}/`) }),
    },
  };
  const plan = await planStaging(wanted, 'new-job', { checkpoints, recoveryPrefix });
  if (plan === undefined) return undefined;
  const token = tokenFor(firstTry, { CheckpointConfig: { S3Uri: plan.root } });
  await stage(plan, wanted, checkpoints, token);
  const files = await checkpoints.files(plan.root);
  return files.map(({ name }) => name).toSorted((one, other) => one.localeCompare(other));
}

const textAt = (name: string): string =>
  new TextDecoder().decode(checkpoints.bytesOf(`${recoveryPrefix}new-job/${name}`));

describe('a trainer that finds its checkpoint through a tracker file', () => {
  it.each([
    ['deepspeed', 'global_step100', 'latest', 'global_step100'],
    ['verl', 'global_step_100', 'latest_checkpointed_iteration.txt', '100'],
  ] as const)(
    'gets its own tracker in a copy of an older checkpoint: %s',
    async (layout, folder, tracker, text) => {
      const newer = folder.replace('100', '200');
      put(`${folder}/state.pt`, `${newer}/state.pt`);
      checkpoints.put(`${root}${tracker}`, textBytes(text.replace('100', '200')));

      expect(await planned(layout, folder)).toEqual([`${folder}/state.pt`, tracker]);
      expect(textAt(tracker)).toBe(text);
    },
  );

  it('needs no copy of the checkpoint that the tracker names, even if there is a newer one', async () => {
    put('global_step100/state.pt', 'global_step200/state.pt');
    checkpoints.put(`${root}latest`, textBytes('global_step100\n'));

    expect(await planned('deepspeed', 'global_step100')).toBeUndefined();
  });

  it('needs a copy even of the newest checkpoint if the tracker is missing', async () => {
    put('global_step100/state.pt', 'global_step200/state.pt');

    expect(await planned('deepspeed', 'global_step200')).toEqual(['global_step200/state.pt', 'latest']);
  });

  it('gets the actor and the critic of OpenRLHF in one copy, each with its tracker', async () => {
    put('_actor/global_step100/a.pt', '_critic/global_step100/c.pt', '_actor/global_step200/a.pt');

    expect(await planned('openrlhf', '_actor/global_step100', ['_critic/global_step100'])).toEqual([
      '_actor/global_step100/a.pt',
      '_actor/latest',
      '_critic/global_step100/c.pt',
      '_critic/latest',
    ]);
    expect(textAt('_critic/latest')).toBe('global_step100');
  });

  it('does not apply to the Trainer, which goes by the numbers of its folders', async () => {
    put('checkpoint-100/state.pt', 'checkpoint-200/state.pt');

    expect(await planned('hf-trainer', 'checkpoint-100')).toEqual(['checkpoint-100/state.pt']);
    expect(await planned('hf-trainer', 'checkpoint-200')).toBeUndefined();
  });
});
