import { beforeEach, describe, expect, it } from 'vitest';
import { findCheckpoint } from '../../../src/playbooks/actions/find-checkpoint.ts';
import { validateCheckpoint } from '../../../src/playbooks/actions/validate-checkpoint.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { ended, folderOf, minute, putCheckpoint, root } from '../../support/a-training-run.ts';
import { seedFile, textBytes } from '../../support/checkpoint-files.ts';
import { aJob, type FakePorts, failedJob, fakePorts } from '../../support/fake-ports.ts';

let ports: FakePorts;

beforeEach(() => {
  ports = fakePorts();
  ports.training.put(aJob());
});

async function validate(
  steps: readonly number[],
): Promise<Awaited<ReturnType<typeof validateCheckpoint.run>>> {
  const folders = steps.map((step) => ({ uri: folderOf(step), step }));
  return validateCheckpoint.run({ job: failedJob, folders, trainedUntil: ended, rpoMinutes: 30 }, ports);
}

const cut = (step: number, name: string): void =>
  ports.checkpoints.change(folderOf(step) + name, (bytes) => bytes.slice(0, bytes.length / 2));

describe('finding checkpoints', () => {
  it('sorts by step number, not alphabetically, highest first', async () => {
    for (const [step, before] of [
      [900, 95],
      [1000, 65],
      [1100, 35],
    ] as const)
      putCheckpoint(ports.checkpoints, step, before);
    ports.checkpoints.put(`${root}checkpoint-best/model.safetensors`, new Uint8Array(1), ended);
    ports.checkpoints.put(`${root}runs/events`, new Uint8Array(1), ended);
    const found = await findCheckpoint.run({ job: failedJob, trainedUntil: ended, rpoMinutes: 30 }, ports);
    expect(found).toMatchObject({
      uri: root,
      total: 3,
      folders: [{ step: 1100 }, { step: 1000 }, { step: 900 }],
      newest: { uri: folderOf(1100), modifiedAt: ended - 35 * minute, ageMinutes: 35 },
    });
    expect(findCheckpoint.report(findCheckpoint.output.parse(found))).toMatchObject({
      headline: '3 checkpoints; the newest is checkpoint-1100',
      facts: [{ value: '1,100' }, { value: '35 min, over the RPO of 30 min' }, { value: root }],
    });
  });

  it('distinguishes a job without checkpointing, an empty folder and folders without a step in their names', async () => {
    const find = (): Promise<unknown> => findCheckpoint.run({ job: failedJob }, ports);
    await expect(find()).rejects.toMatchObject({
      code: 'no-checkpoint',
      detail: expect.stringContaining(`${root} has no folders, and no file with a step`),
    });
    ports.checkpoints.put(`${root}final/model.safetensors`, new Uint8Array(1));
    await expect(find()).rejects.toMatchObject({
      code: 'no-checkpoint',
      detail: expect.stringContaining('below it, in final/: no folder or file has a step or an epoch'),
    });
    const { checkpointUri: _, ...job } = aJob();
    ports.training.put(job);
    await expect(find()).rejects.toMatchObject({ code: 'no-checkpointing' });
  });
});

describe('checkpoints of trainers other than Hugging Face', () => {
  const folder = (step: number): `s3://${string}` => `${root}global_step${step}/`;

  beforeEach(() => {
    for (const step of [900, 1000])
      for (const name of ['mp_rank_00_model_states.pt', 'zero_pp_rank_0_mp_rank_00_optim_states.pt'])
        ports.checkpoints.put(folder(step) + name, seedFile('scheduler.pt'), ended - (1100 - step) * minute);
    ports.checkpoints.put(`${root}latest`, textBytes('global_step1000'), ended);
  });

  it('are found by name and checked like their trainer reads them, and the report names the layout', async () => {
    const found = await findCheckpoint.run({ job: failedJob, trainedUntil: ended, rpoMinutes: 30 }, ports);
    expect(found).toMatchObject({ folders: [{ step: 1000 }, { step: 900 }] });
    const { folders } = findCheckpoint.output.parse(found);
    const input = { job: failedJob, folders, trainedUntil: ended, rpoMinutes: 30 };
    const verdict = validateCheckpoint.output.parse(await validateCheckpoint.run(input, ports));
    expect(verdict).toMatchObject({ chosen: { step: 1000, layout: 'deepspeed', grade: 'valid' } });
    expect(validateCheckpoint.report(verdict).facts).toContainEqual({
      label: 'Layout',
      value: 'DeepSpeed ZeRO',
    });
  });

  it('are only found by their trainer if the tracker names the chosen one', async () => {
    ports.checkpoints.remove(`${folder(1000)}mp_rank_00_model_states.pt`);
    const folders = [1000, 900].map((step) => ({ uri: folder(step), step }));
    const input = { job: failedJob, folders, trainedUntil: ended, rpoMinutes: 30 };
    const verdict = validateCheckpoint.output.parse(await validateCheckpoint.run(input, ports));
    expect(validateCheckpoint.report(verdict)).toMatchObject({
      headline: 'global_step900 is degraded: resume from step 900',
      lines: [
        expect.stringMatching(/^global_step1000 is invalid: mp_rank_00_model_states.pt is missing/),
        'No valid checkpoint is older by less than twice the RPO.',
        '*_optim_states.pt are 1 of the 8 shards that the GPUs of the job would write',
        'The trainer finds it through the file latest next to the folder; a copy gets one that names global_step900.',
      ],
    });
  });
});

describe('choosing a checkpoint', () => {
  beforeEach(() => {
    for (const [step, before] of [
      [1100, 65],
      [1200, 35],
      [1300, 5],
    ] as const)
      putCheckpoint(ports.checkpoints, step, before);
  });

  it('takes the newest if it is valid, and stops there', async () => {
    expect(await validate([1300, 1200, 1100])).toMatchObject({
      chosen: { uri: folderOf(1300), grade: 'valid', ageMinutes: 5 },
      struck: [],
      isNewest: true,
      stepsLost: 0,
      overRpo: false,
    });
    expect([...ports.checkpoints.bytesRead.keys()].every((key) => key.startsWith(folderOf(1300)))).toBe(true);
  });

  it('goes back to the newest valid one, and lists those passed over and why', async () => {
    cut(1300, 'model.safetensors');
    cut(1200, 'optimizer.pt');
    const verdict = await validate([1300, 1200, 1100]);
    expect(verdict).toMatchObject({
      chosen: { step: 1100, ageMinutes: 65 },
      struck: [
        { step: 1300, grade: 'invalid' },
        { step: 1200, grade: 'invalid' },
      ],
      newestStep: 1300,
      isNewest: false,
      stepsLost: 200,
      overRpo: true,
    });
    expect(validateCheckpoint.report(validateCheckpoint.output.parse(verdict))).toMatchObject({
      headline: 'checkpoint-1100 is valid: resume from step 1,100',
      lines: [
        'checkpoint-1300 is invalid: model.safetensors was truncated: its header declares 207,584 bytes, the object has 103,792',
        'checkpoint-1200 is invalid: optimizer.pt was truncated: 214,392 bytes, and the zip directory that torch writes last is missing',
      ],
    });
  });

  it('prefers a valid checkpoint to a newer one without its optimizer', async () => {
    ports.checkpoints.remove(`${folderOf(1300)}optimizer.pt`);
    expect(await validate([1300, 1200, 1100])).toMatchObject({
      chosen: { step: 1200, grade: 'valid' },
      struck: [{ step: 1300, grade: 'degraded' }],
    });
  });

  it('takes the degraded one if the valid one is older by more than twice the RPO', async () => {
    ports.checkpoints.remove(`${folderOf(1300)}optimizer.pt`);
    putCheckpoint(ports.checkpoints, 1200, 66);
    expect(await validate([1300, 1200])).toMatchObject({
      chosen: { step: 1300, grade: 'degraded' },
      struck: [],
    });
  });

  it('checks again while the newest may still be uploading', async () => {
    ports.time.now = ended + 2 * minute;
    ports.checkpoints.startUpload(`${folderOf(1300)}rng_state.pth`);
    const again = await validate([1300, 1200, 1100]);
    expect(again).toBeInstanceOf(Again);
    expect(again).toMatchObject({
      note: 'checkpoint-1300: rng_state.pth is still being uploaded; checking again soon',
    });
  });

  it('names every checkpoint passed over if none is left', async () => {
    for (const step of [1300, 1200, 1100]) cut(step, 'model.safetensors');
    await expect(validate([1300, 1200, 1100])).rejects.toMatchObject({
      code: 'no-checkpoint',
      detail: expect.stringMatching(
        /^none of 3: checkpoint-1300 is invalid: .*; checkpoint-1200 is invalid: .*; checkpoint-1100/,
      ),
    });
  });

  it('starts again if a file changes while it is being read', async () => {
    const listed = await ports.checkpoints.files(folderOf(1300));
    ports.checkpoints.files = async () => listed;
    ports.checkpoints.put(`${folderOf(1300)}model.safetensors`, new Uint8Array(9), ended);
    await expect(validate([1300, 1200])).rejects.toMatchObject({ code: 'checkpoint-changed', retry: true });
  });
});
