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
import { asked, type Probe } from './probe.ts';

export interface TopicTargets {
  /** The topics of relight.yaml, by ARN. */
  readonly topics: readonly string[];
  /** Whether subscriptions are confirmed by whoever asks: `sns.confirm_subscriptions`. */
  readonly confirming: boolean;
}

/** What keeps an alarm of a topic from Relight is noticed at 3 a.m. otherwise: SNS drops what nobody takes. */
export function topicProbes({ sns }: Pick<Clients, 'sns'>, targets: TopicTargets): readonly Probe[] {
  const { topics, confirming } = targets;
  return [
    ...topics.flatMap((topic) => [
      asked('sns:GetTopicAttributes', `${topic} signs as Relight checks it`, () => signs(sns, topic)),
      asked('sns:ListSubscriptionsByTopic', `${topic} posts to /alarms/sns`, () => isConfirmed(sns, topic)),
      asked(
        'sns:GetSubscriptionAttributes',
        `${topic} posts whole envelopes and keeps what is not taken`,
        () => isDelivered(sns, topic),
      ),
    ]),
    ...(confirming
      ? [
          asked('sns:ListSubscriptionsByTopic', 'sns.confirm_subscriptions is true while a topic waits', () =>
            isWaitedFor(sns, topics),
          ),
        ]
      : []),
  ];
}

/** 1 is what a topic has unless told otherwise: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
async function signs(sns: Clients['sns'], topic: string): Promise<void> {
  const command = new GetTopicAttributesCommand({ TopicArn: topic });
  const { Attributes = {} } = await callAws(`GetTopicAttributes ${topic}`, () => sns.send(command)).catch(
    (error: unknown) => {
      throw asOpsError(error).code === 'aws-refused'
        ? wrong(topic, 'there is no such topic here; correct sns.topics in relight.yaml, or AWS_REGION')
        : error;
    },
  );
  if (Attributes['SignatureVersion'] !== '2')
    throw wrong(topic, 'set its attribute SignatureVersion to 2; Relight refuses messages signed with SHA-1');
}

async function isConfirmed(sns: Clients['sns'], topic: string): Promise<void> {
  const { confirmed, waiting } = await subscriptionsOf(sns, topic);
  if (confirmed.length > 0) return;
  const [pending] = waiting;
  throw wrong(
    topic,
    pending === undefined
      ? 'subscribe https://<your address>/alarms/sns to it while sns.confirm_subscriptions in relight.yaml is true'
      : `its subscription ${pending} was never confirmed: set sns.confirm_subscriptions in relight.yaml to true, start again and request confirmation again`,
  );
}

/** As long as it is true, whoever subscribes one of the topics to Relight may. */
async function isWaitedFor(sns: Clients['sns'], topics: readonly string[]): Promise<void> {
  for (const topic of topics) if ((await subscriptionsOf(sns, topic)).confirmed.length === 0) return;
  throw wrong(
    topics.join(', '),
    'all are confirmed: set sns.confirm_subscriptions in relight.yaml back to false',
  );
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html: three more tries within a minute, then it is gone. */
async function isDelivered(sns: Clients['sns'], topic: string): Promise<void> {
  const { confirmed } = await subscriptionsOf(sns, topic);
  if (confirmed.length === 0) throw wrong(topic, 'how it delivers cannot be told before it is confirmed');
  for (const arn of confirmed) {
    const remedies = remediesFor(await attributesOf(sns, arn));
    if (remedies.length > 0) throw wrong(arn, remedies.join('; '));
  }
}

async function attributesOf(sns: Clients['sns'], arn: string): Promise<Readonly<Record<string, string>>> {
  const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: arn });
  const { Attributes = {} } = await callAws(`GetSubscriptionAttributes ${arn}`, () => sns.send(command));
  return Attributes;
}

function remediesFor(attributes: Readonly<Record<string, string>>): readonly string[] {
  return [
    ...(attributes['RawMessageDelivery'] === 'true'
      ? ['turn raw message delivery off: it takes the signature away']
      : []),
    ...(attributes['RedrivePolicy'] === undefined
      ? ['give it a dead-letter queue: what is not taken within a minute is lost otherwise']
      : []),
  ];
}

/** Those that post to Relight: the ARNs of what is confirmed, and the addresses of what waits for it. */
async function subscriptionsOf(
  sns: Clients['sns'],
  topic: string,
): Promise<{ readonly confirmed: readonly string[]; readonly waiting: readonly string[] }> {
  const found: Subscription[] = [];
  await callAws(`ListSubscriptionsByTopic ${topic}`, async () => {
    for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic }))
      append(found, page.Subscriptions ?? []);
  });
  const ours = found.filter(
    ({ Protocol, Endpoint = '' }) => Protocol === 'https' && Endpoint.endsWith('/alarms/sns'),
  );
  // SNS lists what was unsubscribed for a while, as Deleted.
  return {
    confirmed: ours.flatMap(({ SubscriptionArn: arn = '' }) => (arn.startsWith('arn:') ? [arn] : [])),
    waiting: ours.flatMap(({ SubscriptionArn: arn, Endpoint: address = '' }) =>
      arn === 'PendingConfirmation' ? [address] : [],
    ),
  };
}

function wrong(what: string, remedy: string): OpsError {
  return new OpsError('topic-setup', `${what}: ${remedy}`);
}
