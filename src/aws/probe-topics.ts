import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
  type Subscription,
} from '@aws-sdk/client-sns';
import { OpsError } from '../errors.ts';
import type { Clients } from './clients.ts';
import { callAws } from './errors.ts';
import { asked, type Probe } from './probe.ts';

export interface TopicTargets {
  /** The topics of relight.yaml, by ARN. */
  readonly topics: readonly string[];
  /** Whether subscriptions are confirmed by whoever asks: `sns.confirm_subscriptions`. */
  readonly confirming: boolean;
}

/** What keeps an alarm of a topic from Relight is noticed at 3 a.m. otherwise: SNS drops what nobody takes. */
export function topicProbes({ sns }: Pick<Clients, 'sns'>, targets: TopicTargets): readonly Probe[] {
  return targets.topics.flatMap((topic) => [
    asked('sns:GetTopicAttributes', `${topic} signs as Relight checks it`, () => signs(sns, topic)),
    asked('sns:ListSubscriptionsByTopic', `${topic} posts to /alarms/sns`, () =>
      isConfirmed(sns, topic, targets.confirming),
    ),
    asked('sns:GetSubscriptionAttributes', `${topic} posts whole envelopes and keeps what is not taken`, () =>
      isDelivered(sns, topic),
    ),
  ]);
}

/** 1 is what a topic has unless told otherwise: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
async function signs(sns: Clients['sns'], topic: string): Promise<void> {
  const command = new GetTopicAttributesCommand({ TopicArn: topic });
  const { Attributes = {} } = await callAws(`GetTopicAttributes ${topic}`, () => sns.send(command));
  if (Attributes['SignatureVersion'] !== '2')
    throw wrong(topic, 'set its attribute SignatureVersion to 2; Relight refuses messages signed with SHA-1');
}

async function isConfirmed(sns: Clients['sns'], topic: string, confirming: boolean): Promise<void> {
  const [subscription, arn] = await subscriptionOf(sns, topic);
  if (subscription === undefined)
    throw wrong(
      topic,
      'subscribe https://<your address>/alarms/sns to it while sns.confirm_subscriptions in relight.yaml is true',
    );
  if (arn === undefined)
    throw wrong(
      topic,
      `its subscription ${subscription.Endpoint ?? ''} was never confirmed: set sns.confirm_subscriptions in relight.yaml to true, start again and request confirmation again`,
    );
  if (confirming)
    throw wrong(
      topic,
      'its subscription is confirmed: set sns.confirm_subscriptions in relight.yaml back to false',
    );
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html: three more tries within a minute, then it is gone. */
async function isDelivered(sns: Clients['sns'], topic: string): Promise<void> {
  const [, arn] = await subscriptionOf(sns, topic);
  // The probe before this one says so.
  if (arn === undefined) return;
  const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: arn });
  const { Attributes = {} } = await callAws(`GetSubscriptionAttributes ${arn}`, () => sns.send(command));
  if (Attributes['RawMessageDelivery'] === 'true')
    throw wrong(topic, 'turn raw message delivery off on its subscription: it takes the signature away');
  if (Attributes['RedrivePolicy'] === undefined)
    throw wrong(
      topic,
      'give its subscription a dead-letter queue: what is not taken within a minute is lost otherwise',
    );
}

/** The subscription that posts to Relight, and its ARN once it is confirmed. */
async function subscriptionOf(
  sns: Clients['sns'],
  topic: string,
): Promise<readonly [Subscription | undefined, string | undefined]> {
  const found: Subscription[] = [];
  await callAws(`ListSubscriptionsByTopic ${topic}`, async () => {
    for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic }))
      found.push(...(page.Subscriptions ?? []));
  });
  const ours = found.filter(
    ({ Protocol, Endpoint = '' }) => Protocol === 'https' && Endpoint.endsWith('/alarms/sns'),
  );
  // Until then SNS writes PendingConfirmation there.
  const confirmed = ours.find(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:'));
  return [confirmed ?? ours[0], confirmed?.SubscriptionArn];
}

function wrong(topic: string, remedy: string): OpsError {
  return new OpsError('topic-setup', `${topic}: ${remedy}`);
}
