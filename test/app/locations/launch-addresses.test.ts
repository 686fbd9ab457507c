import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/ports/ports.ts';
import { audit, bucket, type Deputy, foreign, job, startDeputy } from './a-deputy.ts';

describe('the S3 addresses of a launch', () => {
  let deputy: Deputy;
  const refused = { code: 's3-not-allowed' };
  beforeAll(async () => {
    deputy = await startDeputy();
  });
  afterAll(async () => deputy.close());

  async function request(changes: JsonObject): Promise<JsonObject> {
    const draft = await deputy.portsOf().training.draftClone(job, { name: 'copy', tags: {} });
    return { ...draft.request, ...changes };
  }

  it('accepts the copy of the job as it is, by its own buckets', async () => {
    await deputy.portsOf().locations.requireLaunch(await request({}), job);
  });

  it.each<[string, JsonObject, string]>([
    ['checkpoints', { CheckpointConfig: { S3Uri: 's3://other-team/x' } }, 'CheckpointConfig.S3Uri'],
    ['output', { OutputDataConfig: { S3OutputPath: 's3://other-team/x' } }, 'OutputDataConfig.S3OutputPath'],
    [
      'output by https',
      { OutputDataConfig: { S3OutputPath: 'https://other-team/x' } },
      'OutputDataConfig.S3OutputPath',
    ],
    [
      'debugger output',
      { DebugHookConfig: { S3OutputPath: 's3://other-team/x' } },
      'DebugHookConfig.S3OutputPath',
    ],
    [
      'TensorBoard output',
      { TensorBoardOutputConfig: { S3OutputPath: 's3://other-team/x' } },
      'TensorBoardOutputConfig',
    ],
    ['backups', { CheckpointConfig: { S3Uri: `${bucket}/checkpoints-backup/x/` } }, 'under s3.backup'],
    [
      'a channel',
      { InputDataConfig: [{ ChannelName: 'train', DataSource: { S3DataSource: { S3Uri: foreign } } }] },
      'InputDataConfig.train.DataSource.S3DataSource.S3Uri',
    ],
    [
      'the source archive',
      { HyperParameters: { sagemaker_submit_directory: `"${foreign}a.tar.gz"` } },
      'sagemaker_submit_directory',
    ],
    [
      'a file system that the failed job did not read',
      {
        InputDataConfig: [
          {
            ChannelName: 'fsx',
            DataSource: { FileSystemDataSource: { FileSystemId: 'fs-1', DirectoryPath: '/' } },
          },
        ],
      },
      'the channel fsx reads something other than S3',
    ],
  ])('refuses a foreign place for %s', async (_, changes, says) => {
    const launching = deputy.portsOf().locations.requireLaunch(await request(changes), job);

    await expect(launching).rejects.toMatchObject({ ...refused, detail: expect.stringContaining(says) });
  });

  it.each<[string, JsonObject]>([
    ['checkpoints', { CheckpointConfig: { S3Uri: `s3://${audit}/` } }],
    [
      'a channel',
      {
        InputDataConfig: [
          { ChannelName: 'x', DataSource: { S3DataSource: { S3Uri: `s3://${audit}/intents/` } } },
        ],
      },
    ],
    ['output', { OutputDataConfig: { S3OutputPath: `s3://${audit}/out` } }],
    ['a hyperparameter', { HyperParameters: { log_dir: `"s3a://${audit}/x"` } }],
    ['the environment', { Environment: { SINK: `https://${audit}.s3.us-east-1.amazonaws.com/x` } }],
    ['an ARN', { Environment: { SINK: `arn:aws:s3:::${audit}/x` } }],
  ])('refuses Relight’s own records as %s', async (_, changes) => {
    const all = [`s3://${audit}/` as const, `${bucket}/` as const];
    const { locations } = deputy.portsOf({ checkpoints: all, data: all, output: all });

    await expect(locations.requireLaunch(await request(changes), job)).rejects.toMatchObject({
      code: 'own-records',
    });
  });
});
