import { beforeEach, describe, expect, it } from 'vitest';
import type { GradedCheckpoint } from '../../../src/checkpoints/grading/grade.ts';
import { resumeAfterHang } from '../../../src/playbooks/actions/resume-after-hang.ts';
import { resumeOnOtherHardware } from '../../../src/playbooks/actions/resume-on-other-hardware.ts';
import { resumeTraining } from '../../../src/playbooks/actions/resume-training.ts';
import { resumeWithInstanceCount } from '../../../src/playbooks/actions/resume-with-instance-count.ts';
import { retryOnLargerInstance } from '../../../src/playbooks/actions/retry-on-larger-instance.ts';
import { retryWithExpandableSegments } from '../../../src/playbooks/actions/retry-with-expandable-segments.ts';
import { retryWithFixedData } from '../../../src/playbooks/actions/retry-with-fixed-data.ts';
import { retryWithLargerVolume } from '../../../src/playbooks/actions/retry-with-larger-volume.ts';
import { validateCheckpoint } from '../../../src/playbooks/actions/validate-checkpoint.ts';
import type { Adjust } from '../../../src/ports/form-fields.ts';
import type { Proposal } from '../../../src/ports/step-output.ts';
import type { GoodCheckpoint, Origin } from '../../../src/relaunch/relaunch-terms.ts';
import { tokenFor } from '../../support/a-token.ts';
import { ended, folderOf, putCheckpoint, root } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts, firstTry } from '../../support/fake-ports.ts';

type Input = Parameters<typeof resumeTraining.preview>[0];
const steps = [1300, 1250, 1200];
const proposed = 'Step 1,300, valid: checkpoint-1300';
const second = 'Step 1,250, not checked yet: checkpoint-1250';
let ports: FakePorts;
let input: Input;

beforeEach(async () => {
  ports = fakePorts();
  ports.training.put(aJob());
  for (const [index, step] of steps.entries()) putCheckpoint(ports.checkpoints, step, 5 + 20 * index);
  const folders = steps.map((step) => ({ uri: folderOf(step), step }));
  const validated = await validateCheckpoint.run(
    { job: failedJob, folders, trainedUntil: ended, rpoMinutes: 30 },
    ports,
  );
  const { chosen } = validateCheckpoint.output.parse(validated);
  input = { job: failedJob, uri: root, checkpoint: chosen, rpoMinutes: 30 };
});

const field = (): { readonly choices?: readonly string[]; readonly initial?: string } | undefined =>
  resumeTraining.adjust?.fields(input).find(({ key }) => key === 'checkpoint');

function choose(checkpoint: string): Input {
  const adjusted = resumeTraining.adjust?.apply(input, { checkpoint });
  if (adjusted === undefined || 'wrong' in adjusted) throw new Error(adjusted?.wrong ?? 'no form');
  return adjusted.input;
}
const preview = (chosen: Input): Promise<Proposal> => resumeTraining.preview(chosen, ports, firstTry);

describe('a checkpoint other than the proposed one', () => {
  it('is offered in the form, newest first, and checked only once a person chooses it', () => {
    expect(field()).toMatchObject({
      choices: [proposed, second, 'Step 1,200, not checked yet: checkpoint-1200'],
      initial: proposed,
    });
    expect([...ports.checkpoints.bytesRead.keys()].every((key) => key.startsWith(folderOf(1300)))).toBe(true);
  });

  it('is used after it was checked, copied alone, and approvers read that a person chose it', async () => {
    const chosen = choose(second);
    const proposal = await preview(chosen);

    expect(proposal.headline).toContain('from step 1,250');
    expect(proposal.warnings).toEqual([
      'A person chose checkpoint-1250 instead of the proposed checkpoint-1300',
    ]);
    const launched = await resumeTraining.run(proposal, chosen, ports, tokenFor(firstTry, proposal.request));
    expect(launched).toMatchObject({ step: 1250, staged: { files: 10 } });
    expect(ports.checkpoints.copies.map(({ from }) => from)).toEqual([folderOf(1250)]);
  });

  it('is refused if training cannot resume from it', async () => {
    ports.checkpoints.change(`${folderOf(1250)}model.safetensors`, (bytes) => bytes.slice(0, 5_000));

    await expect(preview(choose(second))).rejects.toMatchObject({
      code: 'adjustment-refused',
      detail: expect.stringMatching(/^checkpoint-1250 is invalid: model.safetensors was truncated/),
    });
  });

  it('has its own grade and age in the warnings', async () => {
    ports.checkpoints.remove(`${folderOf(1200)}optimizer.pt`);

    const { warnings } = await preview(choose('Step 1,200, not checked yet: checkpoint-1200'));
    expect(warnings).toContainEqual(expect.stringMatching(/^checkpoint-1200 is degraded/));
    expect(warnings).toContainEqual(expect.stringMatching(/^45 min of training are lost, over the RPO/));
  });

  it('must be one of those that are there, and the proposed one changes nothing', () => {
    expect(choose(proposed)).toEqual(input);
    expect(resumeTraining.adjust?.apply(input, { checkpoint: 'Step 1: x' })).toMatchObject({
      field: 'checkpoint',
    });
  });
});

describe('a checkpoint that is a single file', () => {
  const file = `${root}epoch=0-step=900.ckpt` as const;
  const chosen: GoodCheckpoint & Pick<GradedCheckpoint, 'layout'> = {
    uri: file,
    step: 900,
    grade: 'valid',
    ageMinutes: 5,
    layout: 'lightning',
  };

  it('is copied without the files beside it', async () => {
    ports.checkpoints.put(file, new Uint8Array(100), ended);
    ports.checkpoints.put(`${root}epoch=0-step=950.ckpt`, new Uint8Array(200), ended);
    const wanted = { ...input, checkpoint: chosen };
    const proposal = await preview(wanted);
    await resumeTraining.run(proposal, wanted, ports, tokenFor(firstTry, proposal.request));

    const copy = `s3://srl-rlvr-training/checkpoints-recovery/${failedJob}-r1-${firstTry.id}/` as const;
    expect((await ports.checkpoints.files(copy)).map(({ name }) => name)).toEqual(['epoch=0-step=900.ckpt']);
    expect(proposal.differences).toContainEqual(
      expect.objectContaining({ after: copy, why: expect.stringContaining('(1 file, 100 bytes)') }),
    );
  });
});

describe.each([
  { action: resumeAfterHang, own: {}, answers: {} },
  { action: resumeOnOtherHardware, own: { choices: ['ml.p4d.24xlarge'], move: 'instance' }, answers: {} },
  { action: retryWithLargerVolume, own: { before: 500, volumeGb: 800 }, answers: { volume: '800' } },
  { action: retryOnLargerInstance, own: { larger: ['ml.p4d.24xlarge'] }, answers: {} },
  { action: retryWithExpandableSegments, own: { environment: {} }, answers: {} },
  { action: retryWithFixedData, own: { inputs: {}, useFixed: false }, answers: { data: 'the original' } },
])('the form of $action.name', ({ action, own, answers }) => {
  // Each row has the input of its own action.
  const adjust: Adjust<unknown> | undefined = action.adjust as unknown as Adjust<unknown> | undefined;
  const inputWith = (origin: Origin): unknown => ({ job: failedJob, rpoMinutes: 30, origin, ...own });

  it('offers the other checkpoints, and the job starts from the one that a person chose', () => {
    const { checkpoint } = input;
    const before = inputWith({ from: 'checkpoint', uri: root, checkpoint });

    expect(adjust?.fields(before).find(({ key }) => key === 'checkpoint')?.choices).toContain(second);
    expect(adjust?.apply(before, { ...answers, checkpoint: second })).toMatchObject({
      input: { origin: { checkpoint: { uri: folderOf(1250), proposed: { uri: folderOf(1300) } } } },
    });
    expect(adjust?.apply(before, { ...answers, checkpoint: 'Step 1: x' })).toMatchObject({
      field: 'checkpoint',
    });
  });

  it('has no checkpoint to choose if the job starts from scratch', () => {
    const keys = adjust?.fields(inputWith({ from: 'scratch', why: 'none is left' })).map(({ key }) => key);
    expect(keys).not.toContain('checkpoint');
  });
});

describe('a checkpoint that another number of ranks saved', () => {
  it('gets as many instances as saved it, although the proposed one needs fewer', async () => {
    ports.training.put(aJob({ instanceType: 'ml.p4d.24xlarge', instanceCount: 1 }));
    const rng = ports.checkpoints.bytesOf(`${folderOf(1250)}rng_state.pth`);
    ports.checkpoints.remove(`${folderOf(1250)}rng_state.pth`);
    for (let rank = 0; rank < 16; rank += 1)
      ports.checkpoints.put(`${folderOf(1250)}rng_state_${rank}.pth`, rng, ended);
    const before = {
      job: failedJob,
      rpoMinutes: 30,
      instanceCount: 1,
      origin: { from: 'checkpoint', uri: root, checkpoint: input.checkpoint },
    } as const;
    const adjusted = resumeWithInstanceCount.adjust?.apply(before, { checkpoint: second });
    if (adjusted === undefined || 'wrong' in adjusted) throw new Error(adjusted?.wrong ?? 'no form');

    const { request } = await resumeWithInstanceCount.preview(adjusted.input, ports, firstTry);
    expect(request).toMatchObject({ ResourceConfig: { InstanceCount: 2 } });
  });
});
