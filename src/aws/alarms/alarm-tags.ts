import { type CloudWatchClient, ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch';
import type { AlarmHandlerDeps } from '../../alarms/handle-alarm.ts';
import { callAws } from '../aws-errors.ts';

/** Looks up the tags of an alarm by its ARN; alarm messages do not include them: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html */
export function createAlarmTags(client: CloudWatchClient): AlarmHandlerDeps['tagsOf'] {
  return async (arn) => {
    const command = new ListTagsForResourceCommand({ ResourceARN: arn });
    const { Tags: tags = [] } = await callAws(`ListTagsForResource ${arn}`, () => client.send(command));
    return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  };
}
