import { beforeEach, describe, expect, it } from 'vitest';
import { blockCheckpoint } from '../../../src/playbooks/actions/block-checkpoint.ts';
import { chooseOrigin } from '../../../src/playbooks/actions/choose-origin.ts';
import { strikeOutCheckpoint } from '../../../src/playbooks/actions/strike-out-checkpoint.ts';
import type { S3Uri } from '../../../src/ports/ports.ts';
import { aRecord } from '../../postmortem/a-record.ts';
import { tokenFor } from '../../support/a-token.ts';
import { ended, folderOf, putCheckpoint } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts, firstTry } from '../../support/fake-ports.ts';

const second = `${failedJob}-r1-0123456789abcdef`;
const alone = `s3://srl-rlvr-training/checkpoints-recovery/${second}/` as const;
const token = tokenFor(firstTry, { CheckpointConfig: { S3Uri: alone } });
let ports: FakePorts;

beforeEach(() => {
  ports = fakePorts();
  ports.training.put(aJob());
  putCheckpoint(ports.checkpoints, 1300, 5);
  putCheckpoint(ports.checkpoints, 1250, 25);
});

const why = 'PytorchStreamReader failed';
const strike = async (job: string): Promise<S3Uri[]> => {
  const struck = strikeOutCheckpoint.output.parse(await strikeOutCheckpoint.run({ job, why }, ports));
  return struck.struck;
};
const choose = (job: string, passOver: S3Uri[] = []): Promise<unknown> =>
  chooseOrigin.run({ job, trainedUntil: ended, rpoMinutes: 30, passOver }, ports);

const blocking = { job: failedJob, checkpoints: [folderOf(1300)], why, confidence: 'high' as const };
const block = async (): Promise<unknown> => {
  const proposal = await blockCheckpoint.preview(blocking, ports, firstTry);
  return blockCheckpoint.run(proposal, blocking, ports, tokenFor(firstTry, proposal.request));
};
const chosen = (step: number): object => ({ origin: { from: 'checkpoint', checkpoint: { step } } });

describe('a checkpoint that broke the job that loaded it', () => {
  it('is passed over in this incident, and in no other one until a person blocks it', async () => {
    const struck = await strike(failedJob);

    expect(struck).toEqual([folderOf(1300)]);
    expect(await choose(failedJob, struck)).toMatchObject(chosen(1250));
    expect(await choose(failedJob)).toMatchObject(chosen(1300));
    expect(await ports.blocklist.list()).toEqual([]);
  });

  it('is also passed over at its source, where the previous one is looked for', async () => {
    ports.training.put(aJob({ name: second, checkpointUri: alone }));
    ports.training.tagged.set(
      second,
      new Map([
        ['relight:recovers', failedJob],
        ['relight:source', folderOf(1300)],
      ]),
    );
    await ports.checkpoints.stage(folderOf(1300), `${alone}checkpoint-1300/`, token);

    expect(await strikeOutCheckpoint.run({ job: second, why }, ports)).toMatchObject({
      struck: [`${alone}checkpoint-1300/`, folderOf(1300)],
      lookIn: failedJob,
    });
    expect(await choose(failedJob, await strike(second))).toMatchObject(chosen(1250));
  });

  it('is not passed over at its source if the files there have changed', async () => {
    ports.training.put(aJob({ name: second, checkpointUri: alone }));
    ports.training.tagged.set(second, new Map([['relight:source', folderOf(1300)]]));
    await ports.checkpoints.stage(folderOf(1300), `${alone}checkpoint-1300/`, token);
    const weights = `${folderOf(1300)}model.safetensors`;
    ports.checkpoints.put(weights, ports.checkpoints.bytesOf(weights), ended);

    expect(await strikeOutCheckpoint.run({ job: second, why }, ports)).toMatchObject({
      struck: [`${alone}checkpoint-1300/`],
      spared: [folderOf(1300)],
    });
  });

  it('of an earlier round of the same incident is passed over too', async () => {
    ports.record.put({
      ...aRecord(),
      findings: [
        {
          step: 'struck',
          action: 'strike-out-checkpoint',
          report: { headline: '' },
          result: { struck: [folderOf(1250)], why, lookIn: failedJob },
        },
      ],
    });

    expect(
      await strikeOutCheckpoint.run({ job: failedJob, why, incident: aRecord().incident }, ports),
    ).toMatchObject({
      struck: [folderOf(1300)],
      before: [folderOf(1250)],
    });
  });

  it('leaves only a restart from scratch if every checkpoint is passed over', async () => {
    expect(await choose(failedJob, [folderOf(1300), folderOf(1250)])).toMatchObject({
      origin: { from: 'scratch', why: expect.stringContaining('broke a job in this incident') },
    });
  });
});

describe('blocking a checkpoint', () => {
  it('is a proposal that shows why, until when, and how to undo it', async () => {
    const proposal = await blockCheckpoint.preview(blocking, ports, firstTry);

    expect(proposal).toMatchObject({
      headline: 'Block checkpoint-1300 in all incidents',
      request: { Block: [folderOf(1300)], Reason: `${failedJob} failed while loading it: ${why}` },
      differences: [{ field: 'checkpoint-1300', after: 'on the blocklist', why }],
      warnings: [expect.stringMatching(/image or the script .* changes; undo it with \/relight checkpoints/)],
    });
    expect(await choose(failedJob)).toMatchObject(chosen(1300));
  });

  it('keeps it from every incident once approved, and is undone by a person', async () => {
    await block();
    expect(await choose(failedJob)).toMatchObject(chosen(1250));

    await ports.blocklist.unblock(folderOf(1300), { msLeft: () => 1_000 });
    expect(await choose(failedJob)).toMatchObject(chosen(1300));
  });

  it.each([
    ['image', { image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/train:fixed' }],
    ['script', { hyperParameters: { sagemaker_submit_directory: '"s3://srl-code/next/sourcedir.tar.gz"' } }],
  ])('expires when the %s of the job changes', async (_what, changes) => {
    await block();
    ports.training.put(aJob(changes));

    expect(await choose(failedJob)).toMatchObject(chosen(1300));
  });

  it('refuses a request that names other checkpoints than the approved one', async () => {
    const proposal = await blockCheckpoint.preview(blocking, ports, firstTry);
    const other = { ...proposal, request: { ...proposal.request, Block: [folderOf(1250)] } };

    await expect(
      blockCheckpoint.run(other, blocking, ports, tokenFor(firstTry, proposal.request)),
    ).rejects.toMatchObject({ code: 'approval-lapsed' });
    await expect(
      ports.blocklist.block(other.request, tokenFor(firstTry, proposal.request)),
    ).rejects.toMatchObject({
      code: 'not-approved',
    });
    expect(await ports.blocklist.list()).toEqual([]);
  });
});
