import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
  type Subscription,
} from '@aws-sdk/client-sns';
import { asOpsError, OpsError } from '../../errors.ts';
import { append } from '../../ports/collections.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { callProbe, type Probe } from './probe.ts';

export interface TopicTargets {
  readonly topics: readonly string[];
  /** `sns.confirm_subscriptions`: whether subscription requests are confirmed automatically. */
  readonly confirming: boolean;
}

/** SNS drops messages that cannot be delivered, so a broken setup would otherwise go unnoticed until the first alarm. */
export function topicProbes({ sns }: Pick<Clients, 'sns'>, targets: TopicTargets): readonly Probe[] {
  const { topics, confirming } = targets;
  return [
    ...topics.flatMap((topic) => [
      callProbe('sns:GetTopicAttributes', `${topic} signs with SignatureVersion 2`, () => signs(sns, topic)),
      callProbe('sns:ListSubscriptionsByTopic', `${topic} is subscribed to /alarms/sns`, () =>
        isConfirmed(sns, topic),
      ),
      callProbe(
        'sns:GetSubscriptionAttributes',
        `${topic} sends signed messages and has a dead-letter queue`,
        () => deliversReliably(sns, topic),
      ),
    ]),
    ...(confirming
      ? [
          callProbe(
            'sns:ListSubscriptionsByTopic',
            'sns.confirm_subscriptions is only true while a subscription is pending',
            () => isPending(sns, topics),
          ),
        ]
      : []),
  ];
}

/** Whether the topic exists and Relight may see it. Publishing would notify people. */
export function fallbackProbe({ sns }: Pick<Clients, 'sns'>, topic: string): Probe {
  return {
    source: '`notify_fallback.sns_topic` in relight.yaml',
    ...callProbe('sns:GetTopicAttributes', `${topic} exists`, async () =>
      callAws(`GetTopicAttributes ${topic}`, async () =>
        sns.send(new GetTopicAttributesCommand({ TopicArn: topic })),
      ),
    ),
  };
}

/** The default is 1 (SHA-1), which Relight refuses: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
async function signs(sns: Clients['sns'], topic: string): Promise<void> {
  const command = new GetTopicAttributesCommand({ TopicArn: topic });
  const { Attributes = {} } = await callAws(`GetTopicAttributes ${topic}`, () => sns.send(command)).catch(
    (error: unknown) => {
      throw asOpsError(error).code === 'aws-refused'
        ? wrong(topic, 'no such topic in this Region; correct sns.topics in relight.yaml, or AWS_REGION')
        : error;
    },
  );
  if (Attributes['SignatureVersion'] !== '2')
    throw wrong(topic, 'set its SignatureVersion attribute to 2; Relight refuses messages signed with SHA-1');
}

async function isConfirmed(sns: Clients['sns'], topic: string): Promise<void> {
  const { confirmed, pending } = await subscriptionsOf(sns, topic);
  if (confirmed.length > 0) return;
  const [address] = pending;
  throw wrong(
    topic,
    address === undefined
      ? 'subscribe https://<your address>/alarms/sns to it while sns.confirm_subscriptions in relight.yaml is true'
      : `the subscription of ${address} was never confirmed: set sns.confirm_subscriptions in relight.yaml to true, restart Relight and request the confirmation again`,
  );
}

/** While the setting is true, anyone who may subscribe to one of the topics can have Relight confirm it. */
async function isPending(sns: Clients['sns'], topics: readonly string[]): Promise<void> {
  for (const topic of topics) if ((await subscriptionsOf(sns, topic)).confirmed.length === 0) return;
  throw wrong(
    topics.join(', '),
    'all subscriptions are confirmed: set sns.confirm_subscriptions in relight.yaml back to false',
  );
}

/** SNS retries three times within a minute, then drops the message: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
async function deliversReliably(sns: Clients['sns'], topic: string): Promise<void> {
  const { confirmed } = await subscriptionsOf(sns, topic);
  if (confirmed.length === 0)
    throw wrong(topic, 'delivery settings cannot be checked until the subscription is confirmed');
  for (const arn of confirmed) {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: arn });
    const { Attributes = {} } = await callAws(`GetSubscriptionAttributes ${arn}`, () => sns.send(command));
    const remedies = remediesFor(Attributes);
    if (remedies.length > 0) throw wrong(arn, remedies.join('; '));
  }
}

function remediesFor(attributes: Readonly<Record<string, string>>): readonly string[] {
  return [
    ...(attributes['RawMessageDelivery'] === 'true'
      ? ['turn off raw message delivery: it removes the signature']
      : []),
    ...(attributes['RedrivePolicy'] === undefined
      ? ['add a dead-letter queue: otherwise messages that are not accepted within a minute are lost']
      : []),
  ];
}

/** Subscriptions that post to Relight: the ARNs of confirmed ones and the endpoint URLs of pending ones. */
async function subscriptionsOf(
  sns: Clients['sns'],
  topic: string,
): Promise<Readonly<Record<'confirmed' | 'pending', readonly string[]>>> {
  const found: Subscription[] = [];
  await callAws(`ListSubscriptionsByTopic ${topic}`, async () => {
    for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic }))
      append(found, page.Subscriptions ?? []);
  });
  const webhooks = found.filter(
    ({ Protocol, Endpoint = '' }) => Protocol === 'https' && Endpoint.endsWith('/alarms/sns'),
  );
  // SNS keeps listing deleted subscriptions for a while, with the ARN `Deleted`.
  return {
    confirmed: webhooks.flatMap(({ SubscriptionArn: arn = '' }) => (arn.startsWith('arn:') ? [arn] : [])),
    pending: webhooks.flatMap(({ SubscriptionArn: arn, Endpoint: address = '' }) =>
      arn === 'PendingConfirmation' ? [address] : [],
    ),
  };
}

function wrong(resource: string, remedy: string): OpsError {
  return new OpsError('topic-setup', `${resource}: ${remedy}`);
}
