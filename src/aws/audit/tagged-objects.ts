import {
  type EndpointConfigSummary,
  paginateListEndpointConfigs,
  type TrainingJobSummary,
} from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import type { ObjectKind, TaggedObject, TaggedObjects } from '../../audit/verify/compare-aws.ts';
import type { JsonObject } from '../../ports/basics.ts';
import { append } from '../../ports/collections.ts';
import { isSealed } from '../../sanitize/seal.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { inParallel } from '../in-parallel.ts';
import { describeConfig, findConfig } from '../models/serving-parts.ts';
import { describeRaw, findRaw } from '../training/describe-job.ts';
import { fieldsOf } from '../training/job-fields.ts';
import { tagsOf } from '../training/job-tags.ts';
import { summariesOf } from '../training/list-jobs.ts';
import { unmetFields } from '../training/same-launch.ts';

type Reads = SageMakerClients['reads'];

/** Parallel ListTags calls. The rate limit is shared with the whole account. */
const maxParallel = 4;

/**
 * The objects in AWS that Relight may have created: training jobs and endpoint configurations. Model packages are only
 * updated, and carry no tags of Relight. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTags.html
 */
export function createTaggedObjects(reads: Reads): TaggedObjects {
  return {
    since: async (time) => {
      const after = { CreationTimeAfter: new Date(time) };
      const jobs = await inParallel(maxParallel, await summariesOf(reads, after), async (job) =>
        taggedJob(reads, job),
      );
      const configs = await inParallel(maxParallel, await configsSince(reads, after), async (config) =>
        taggedConfig(reads, config),
      );
      return [...jobs, ...configs].flatMap((one) => one ?? []);
    },
    exists: async (kind, name) => (await finders[kind](reads, name)) !== undefined,
  };
}

const finders: Readonly<Record<ObjectKind, (reads: Reads, name: string) => Promise<object | undefined>>> = {
  'training job': findRaw,
  'endpoint configuration': findConfig,
};

async function configsSince(
  client: Reads,
  after: { readonly CreationTimeAfter: Date },
): Promise<readonly EndpointConfigSummary[]> {
  return callAws('ListEndpointConfigs', async () => {
    const found: EndpointConfigSummary[] = [];
    for await (const { EndpointConfigs = [] } of paginateListEndpointConfigs(
      { client, pageSize: 100 },
      after,
    ))
      append(found, EndpointConfigs);
    return found;
  });
}

async function taggedJob(
  reads: Reads,
  { TrainingJobName: name = '', TrainingJobArn: arn = '' }: TrainingJobSummary,
): Promise<TaggedObject | undefined> {
  return tagged(reads, { kind: 'training job', name, arn }, async () =>
    fieldsOf(await describeRaw(reads, name)),
  );
}

const PlainJson = z.record(z.string(), z.json());

async function taggedConfig(
  reads: Reads,
  { EndpointConfigName: name = '', EndpointConfigArn: arn = '' }: EndpointConfigSummary,
): Promise<TaggedObject | undefined> {
  return tagged(reads, { kind: 'endpoint configuration', name, arn }, async () =>
    PlainJson.parse(JSON.parse(JSON.stringify(await describeConfig(reads, name)))),
  );
}

/** Undefined without the tag of an intent. Only objects with it are read. */
async function tagged(
  reads: Reads,
  { kind, name, arn }: Pick<TaggedObject, 'kind' | 'name'> & { readonly arn: string },
  read: () => Promise<JsonObject>,
): Promise<TaggedObject | undefined> {
  const tags = await tagsOf(reads, arn);
  const intent = tags.get('relight:intent');
  if (intent === undefined) return undefined;
  const fields = await read();
  return {
    kind,
    name,
    intent,
    hash: tags.get('relight:spec-hash') ?? '',
    // The vault has a keyed hash instead of each secret.
    unmet: (requested) => unmetFields(requested, fields, isSealed),
  };
}
