import { beforeEach, describe, expect, it } from 'vitest';
import type { GradedCheckpoint } from '../../src/checkpoints/grading/grade.ts';
import { resumeTraining } from '../../src/playbooks/actions/resume-training.ts';
import { validateCheckpoint } from '../../src/playbooks/actions/validate-checkpoint.ts';
import type { Proposal } from '../../src/ports/step-output.ts';
import type { GoodCheckpoint } from '../../src/relaunch/relaunch-terms.ts';
import { tokenFor } from '../support/a-token.ts';
import { ended, folderOf, putCheckpoint, root } from '../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts, firstTry } from '../support/fake-ports.ts';

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
