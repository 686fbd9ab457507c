import { beforeEach, describe, expect, it } from 'vitest';
import { chooseOrigin } from '../../../src/playbooks/actions/choose-origin.ts';
import { strikeOutCheckpoint } from '../../../src/playbooks/actions/strike-out-checkpoint.ts';
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

const block = (job: string): Promise<unknown> =>
  strikeOutCheckpoint.run({ job, why: 'PytorchStreamReader failed' }, ports);
const choose = (job: string): Promise<unknown> =>
  chooseOrigin.run({ job, trainedUntil: ended, rpoMinutes: 30 }, ports);

describe('a checkpoint that broke the job that loaded it', () => {
  it('is never offered again; the previous one is', async () => {
    expect(await block(failedJob)).toMatchObject({ struck: [folderOf(1300)], lookIn: failedJob });

    expect(await choose(failedJob)).toMatchObject({
      origin: { from: 'checkpoint', checkpoint: { uri: folderOf(1250), step: 1250 } },
    });
  });

  it('is also blocked at its source, where the previous one is looked for', async () => {
    ports.training.put(aJob({ name: second, checkpointUri: alone }));
    ports.training.tagged.set(
      second,
      new Map([
        ['relight:recovers', failedJob],
        ['relight:source', folderOf(1300)],
      ]),
    );
    await ports.checkpoints.stage(folderOf(1300), `${alone}checkpoint-1300/`, token);

    expect(await block(second)).toMatchObject({
      struck: [`${alone}checkpoint-1300/`, folderOf(1300)],
      lookIn: failedJob,
    });
    expect(await choose(failedJob)).toMatchObject({ origin: { checkpoint: { step: 1250 } } });
  });

  it('is not blocked at its source if the files there have changed', async () => {
    ports.training.put(aJob({ name: second, checkpointUri: alone }));
    ports.training.tagged.set(second, new Map([['relight:source', folderOf(1300)]]));
    await ports.checkpoints.stage(folderOf(1300), `${alone}checkpoint-1300/`, token);
    const weights = `${folderOf(1300)}model.safetensors`;
    ports.checkpoints.put(weights, ports.checkpoints.bytesOf(weights), ended);

    expect(await block(second)).toMatchObject({
      struck: [`${alone}checkpoint-1300/`],
      spared: [folderOf(1300)],
    });
    expect(await choose(failedJob)).toMatchObject({ origin: { checkpoint: { step: 1300 } } });
  });

  it('leaves only a restart from scratch if every checkpoint is blocked', async () => {
    await block(failedJob);
    await block(failedJob);
    await ports.blocklist.add(folderOf(1250), 'a job failed while loading it');

    expect(await choose(failedJob)).toMatchObject({
      origin: { from: 'scratch', why: expect.stringContaining('is on the blocklist') },
    });
  });

  it('does not block a second one if the step runs again after a crash', async () => {
    await block(failedJob);

    expect(await block(failedJob)).toMatchObject({ struck: [folderOf(1300)] });
    expect(await choose(failedJob)).toMatchObject({ origin: { checkpoint: { step: 1250 } } });
  });
});
