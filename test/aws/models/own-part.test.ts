import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { beforeEach, describe, expect, it } from 'vitest';
import { createOnce, type Part } from '../../../src/aws/models/own-part.ts';
import type { Reads } from '../../../src/aws/models/serving-parts.ts';
import { OpsError } from '../../../src/errors.ts';
import type { JsonObject } from '../../../src/ports/basics.ts';
import { tagsOfTry } from '../../../src/ports/calls.ts';
import { tokenFor } from '../../support/a-token.ts';
import { firstTry } from '../../support/fake-ports.ts';

const input = { ModelName: 'm-1', RoleArn: 'role', Tags: [{ Key: 'a', Value: 'b' }] };
const own = { ModelName: 'm-1', RoleArn: 'role', ModelArn: 'arn', CreationTime: new Date(0) };

describe('a model that an approved promotion creates', () => {
  let done: string[];
  let existing: object | undefined;
  let tags: Map<string, string>;
  let fails: Error | undefined;
  /** What exists after the call to create it. */
  let after: object | undefined;
  const token = tokenFor(firstTry, input, async () => void done.push('confirm'));

  beforeEach(() => {
    [done, existing, fails, after] = [[], undefined, undefined, own];
    tags = new Map(tagsOfTry(token));
  });

  async function created(asked: JsonObject = input): Promise<readonly string[] | string> {
    const part: Part = {
      operation: 'CreateModel',
      name: 'm-1',
      input: asked,
      find: async () => existing && { arn: 'arn', fields: existing },
      create: async () => {
        done.push('create');
        existing = after;
        if (fails !== undefined) throw fails;
        return {};
      },
    };
    // Only its tags are read.
    const reads: Reads = Object.assign(new SageMakerClient({ region: 'us-east-1' }), {
      send: async () => ({ Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }),
    });
    return createOnce(reads, token, part).then(
      () => done,
      (thrown: { readonly code?: string; readonly detail?: string }) => `${thrown.code}: ${thrown.detail}`,
    );
  }

  it('is created after the approval was confirmed', async () => {
    expect(await created()).toEqual(['confirm', 'create']);
  });

  it('is not created again, and needs no approval any more', async () => {
    existing = own;

    expect(await created()).toEqual([]);
  });

  it.each(['relight:intent', 'relight:spec-hash'])(
    'is refused if another attempt made it: %s',
    async (tag) => {
      existing = own;
      tags.set(tag, 'other');

      expect(await created()).toBe(`job-foreign: m-1 has the tag ${tag} with the value other`);
      expect(done).toEqual([]);
    },
  );

  it.each([
    [{ RoleArn: 'admin' }, 'RoleArn'],
    [{ EnableNetworkIsolation: true }, 'EnableNetworkIsolation'],
    [{ VpcConfig: { Subnets: ['s'] } }, 'VpcConfig'],
    [{ RoleArn: 'admin', Containers: [{}] }, 'RoleArn, Containers'],
    [{ Count: 0 }, 'Count'],
  ])('is refused if its content differs: %j', async (changes, fields) => {
    existing = { ...own, ...changes };

    expect(await created()).toBe(`job-foreign: m-1 differs from the approved request in ${fields}`);
  });

  it('may have what AWS adds by itself', async () => {
    existing = {
      ...own,
      $metadata: { httpStatusCode: 200 },
      DeploymentRecommendation: { RecommendationStatus: 'COMPLETED' },
      EndpointConfigArn: 'arn',
      InferenceExecutionConfig: { Mode: 'Serial' },
      EnableNetworkIsolation: false,
      Containers: [],
      VpcConfig: { Subnets: [], Nested: { Empty: false } },
      Nothing: null,
    };

    expect(await created()).toEqual([]);
  });

  it('is looked for after a lost answer', async () => {
    fails = new OpsError('aws-unavailable', 'CreateModel');
    expect(await created()).toEqual(['confirm', 'create']);

    [done, existing, after] = [[], undefined, undefined];
    expect(await created()).toMatch(/^aws-unavailable: /);
    [existing, after] = [undefined, { ...own, RoleArn: 'admin' }];
    expect(await created()).toMatch(/^job-foreign: /);
  });

  it('is not looked for if AWS refused to create it', async () => {
    fails = new OpsError('aws-refused', 'CreateModel', { refused: true });
    after = { ...own, RoleArn: 'admin' };

    expect(await created()).toMatch(/^aws-refused: /);
  });
});
