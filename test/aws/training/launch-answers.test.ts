import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { beforeEach, describe, expect, it } from 'vitest';
import { launchJob } from '../../../src/aws/training/launch-job.ts';
import type { Log } from '../../../src/log.ts';
import { tagsOfTry } from '../../../src/ports/calls.ts';
import { tokenFor } from '../../support/a-token.ts';
import { firstTry } from '../../support/fake-ports.ts';

const request = { TrainingJobName: 'job-2', RoleArn: 'role' };
const token = tokenFor(firstTry, request);

/** An error as the SDK throws it. */
const failure = (name: string, message: string): Error =>
  Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: 400 } });

describe('what AWS answers to a launch', () => {
  let sent: string[];
  let logged: unknown[];
  let exists: boolean;
  let answer: () => object;

  beforeEach(() => {
    [sent, logged, exists] = [[], [], false];
  });

  async function launched(): Promise<unknown> {
    const client = Object.assign(new SageMakerClient({ region: 'us-east-1' }), {
      send: async ({ constructor: { name } }: { readonly constructor: { readonly name: string } }) => {
        const operation = name.replace(/Command$/, '');
        sent.push(operation);
        if (operation === 'ListTags')
          return { Tags: [...tagsOfTry(token)].map(([Key, Value]) => ({ Key, Value })) };
        if (operation === 'CreateTrainingJob') return answer();
        if (exists) return { ...request, TrainingJobArn: 'arn' };
        throw failure('ValidationException', 'Requested resource not found.');
      },
    });
    const log = { warn: (fields: unknown) => void logged.push(fields) } as unknown as Log;
    return launchJob({ clients: { reads: client, creates: client }, log }, request, token).catch(
      (thrown: { readonly code?: string }) => thrown.code,
    );
  }

  it('is the job that it created', async () => {
    answer = () => ({ TrainingJobArn: 'arn' });

    expect(await launched()).toEqual({ name: 'job-2', arn: 'arn', adopted: false });
    expect(sent).toEqual(['DescribeTrainingJob', 'CreateTrainingJob']);
    expect(logged).toEqual([]);
  });

  it('is looked for in AWS if it names no job, or if AWS could not answer', async () => {
    answer = () => {
      exists = true;
      return {};
    };

    expect(await launched()).toEqual({ name: 'job-2', arn: 'arn', adopted: true });

    [exists, sent] = [false, []];
    answer = () => {
      exists = true;
      throw new Error('socket hang up');
    };
    expect(await launched()).toEqual({ name: 'job-2', arn: 'arn', adopted: true });
    expect(logged).toMatchObject([{ incident: 'i-1', step: 'resumed', job: 'job-2' }]);
  });

  it('is a refusal if something that the request names does not exist, not a job that is missing', async () => {
    answer = () => {
      throw failure('ResourceNotFound', 'The role does not exist');
    };

    expect(await launched()).toBe('aws-refused');
    expect(sent.filter((operation) => operation === 'DescribeTrainingJob')).toHaveLength(1);
  });
});
