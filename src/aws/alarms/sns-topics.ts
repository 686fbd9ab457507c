import { ConfirmSubscriptionCommand, type SNSClient } from '@aws-sdk/client-sns';
import { callAws } from '../aws-errors.ts';

/**
 * Confirms that a topic may send here. Then only its owner can take the subscription back, with a signed request:
 * https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
 */
export function createConfirmSubscription(
  client: SNSClient,
): (topic: string, token: string) => Promise<void> {
  return async (topic, token) => {
    const command = new ConfirmSubscriptionCommand({
      TopicArn: topic,
      Token: token,
      AuthenticateOnUnsubscribe: 'true',
    });
    await callAws(`ConfirmSubscription ${topic}`, () => client.send(command));
  };
}
