import { afterEach, describe, expect, it } from 'vitest';
import { createConfirmSubscription } from '../../../src/aws/alarms/sns-topics.ts';
import { type CannedAws, startCannedAws, xml } from '../canned-aws.ts';

const topic = 'arn:aws:sns:us-east-1:123456789012:relight-alarms';

describe('a topic subscription', () => {
  let aws: CannedAws;

  afterEach(async () => aws.close());

  it('is confirmed so that only its owner can cancel it', async () => {
    aws = await startCannedAws(() =>
      xml(
        `<ConfirmSubscriptionResponse><ConfirmSubscriptionResult><SubscriptionArn>${topic}:1</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>`,
      ),
    );

    await createConfirmSubscription(aws.clients.sns)(topic, '2336412f37fb6');

    expect(aws.requests).toHaveLength(1);
    expect(Object.fromEntries(new URLSearchParams(aws.requests[0]?.body))).toMatchObject({
      Action: 'ConfirmSubscription',
      TopicArn: topic,
      Token: '2336412f37fb6',
      AuthenticateOnUnsubscribe: 'true',
    });
    expect(aws.requests[0]?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /);
  });

  it.each([
    [
      'aws-denied',
      403,
      'AuthorizationError',
      'User: u is not authorized to perform: SNS:ConfirmSubscription',
    ],
    ['aws-refused', 400, 'InvalidParameter', 'Invalid parameter: Token'],
    ['aws-unavailable', 500, 'InternalError', 'try later'],
  ] as const)('fails when AWS does not confirm it: %s', async (code, status, name, message) => {
    aws = await startCannedAws(() => ({
      ...xml(
        `<ErrorResponse><Error><Type>Sender</Type><Code>${name}</Code><Message>${message}</Message></Error></ErrorResponse>`,
      ),
      status,
    }));

    await expect(createConfirmSubscription(aws.clients.sns)(topic, 'token')).rejects.toMatchObject({
      code,
      detail: expect.stringContaining(`ConfirmSubscription ${topic}`),
    });
  });
});
