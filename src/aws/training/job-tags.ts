import { paginateListTags, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Tags } from '../../ports/calls.ts';
import { callAws } from '../aws-errors.ts';

/** Maximum tags per job: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export const maxTags = 50;

export async function tagsOf(client: SageMakerClient, arn: string): Promise<Tags> {
  return callAws(`ListTags ${arn}`, async () => {
    const tags = new Map<string, string>();
    for await (const page of paginateListTags({ client }, { ResourceArn: arn }))
      for (const { Key, Value } of page.Tags ?? []) if (Key !== undefined) tags.set(Key, Value ?? '');
    return tags;
  });
}
