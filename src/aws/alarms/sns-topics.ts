import { ConfirmSubscriptionCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { SnsDeps } from '../../alarms/sns/webhook.ts';
import { callAws } from '../aws-errors.ts';

/**
 * Confirms the subscription of this endpoint to a topic. After that, only the owner can cancel it, with a signed request:
 * https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
 */
export function createConfirmSubscription(client: SNSClient): SnsDeps['confirmSubscription'] {
  return async (topic, token) => {
    const command = new ConfirmSubscriptionCommand({
      TopicArn: topic,
      Token: token,
      AuthenticateOnUnsubscribe: 'true',
    });
    await callAws(`ConfirmSubscription ${topic}`, () => client.send(command));
  };
}
