import { paginateListTags, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import type { JsonObject, Token } from '../playbooks/ports.ts';
import { callAws } from './errors.ts';

/** Key to value. */
export type Tags = ReadonlyMap<string, string>;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export const mostTags = 50;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Tag.html: what a value may hold, and how much of it. */
const forbidden = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu;
const longestValue = 256;

export async function tagsOf(client: SageMakerClient, arn: string): Promise<Tags> {
  return callAws(`ListTags ${arn}`, async () => {
    const tags = new Map<string, string>();
    for await (const page of paginateListTags({ client }, { ResourceArn: arn }))
      for (const { Key, Value } of page.Tags ?? []) if (Key !== undefined) tags.set(Key, Value ?? '');
    return tags;
  });
}

const TagList = z.array(z.object({ Key: z.string(), Value: z.string() })).default([]);

export function tagsIn(request: JsonObject): Tags {
  return new Map(TagList.parse(request['Tags']).map(({ Key, Value }) => [Key, Value]));
}

/** By which a job is known as the one of this try, and found again from the bill. */
export function tagsOfTry(token: Token): Tags {
  return new Map([
    ['relight:intent', token.id],
    ['relight:spec-hash', token.hash],
    ['relight:incident', asTagValue(token.incident)],
    ['relight:approved-by', asTagValue(token.approvers.join(' '))],
  ]);
}

/** Sorted by key, so that the same tags always make the same request. */
export function tagList(tags: Tags): { readonly Key: string; readonly Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value })).toSorted((a, b) => (a.Key < b.Key ? -1 : 1));
}

function asTagValue(text: string): string {
  return text.replace(forbidden, '_').slice(0, longestValue);
}
