import { afterEach, describe, expect, it } from 'vitest';
import { topicProbes } from '../../../src/aws/doctor/probe-topics.ts';
import { asOpsError } from '../../../src/errors.ts';
import { type CannedAws, type CannedRequest, startCannedAws, xml } from '../canned-aws.ts';

const topic = 'arn:aws:sns:us-east-1:123456789012:relight-alarms';
const endpoint = 'https://relight.example.com/alarms/sns';

/** A topic that is set up as the README describes. */
const good = {
  signature: '2',
  subscriptions: [{ protocol: 'https', endpoint, arn: `${topic}:1` }],
  raw: 'false',
  redrive: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:lost-alarms"}',
  confirming: false,
};
type Setup = { readonly [K in keyof typeof good]: (typeof good)[K] | undefined };

describe('relight doctor checks an SNS topic', () => {
  let aws: CannedAws;

  afterEach(async () => aws.close());

  /** The message of each probe in order; empty if it passed. */
  async function examine(changes: Partial<Setup> = {}): Promise<string[]> {
    const setup = { ...good, ...changes };
    aws = await startCannedAws((request) => xml(answer(request, setup)));
    const probes = topicProbes(aws.clients, { topics: [topic], confirming: setup.confirming ?? false });
    return Promise.all(
      probes.map(async (probe) =>
        probe.kind === 'call'
          ? probe.run().then(
              () => '',
              (error: unknown) => asOpsError(error).line,
            )
          : 'not probed',
      ),
    );
  }

  it('passes a topic with SignatureVersion 2, a confirmed subscription and a dead-letter queue', async () => {
    expect(await examine()).toEqual(['', '', '']);
  });

  it.each([
    [
      'signs with SHA-1, the default',
      { signature: undefined },
      [/SignatureVersion attribute to 2/, /^$/, /^$/],
    ],
    [
      'nobody has subscribed',
      { subscriptions: [] },
      [/^$/, /subscribe https:/, /until the subscription is confirmed/],
    ],
    [
      'was unsubscribed recently',
      { subscriptions: [{ protocol: 'https', endpoint, arn: 'Deleted' }] },
      [/^$/, /subscribe https:/, /until the subscription is confirmed/],
    ],
    [
      'is subscribed over plain HTTP',
      { subscriptions: [{ protocol: 'http', endpoint: 'http://x/alarms/sns', arn: `${topic}:3` }] },
      [/^$/, /subscribe https:/, /until the subscription is confirmed/],
    ],
    [
      'only posts to another endpoint',
      { subscriptions: [{ protocol: 'https', endpoint: 'https://other.example.com/', arn: `${topic}:2` }] },
      [/^$/, /subscribe https:/, /until the subscription is confirmed/],
    ],
    [
      'has a subscription that was never confirmed',
      { subscriptions: [{ protocol: 'https', endpoint, arn: 'PendingConfirmation' }] },
      [/^$/, /was never confirmed: set sns\.confirm_subscriptions/, /until the subscription is confirmed/],
    ],
    ['is confirmed while anybody could subscribe', { confirming: true }, [/^$/, /^$/, /^$/, /back to false/]],
    [
      'uses raw message delivery, which drops the signature',
      { raw: 'true' },
      [/^$/, /^$/, /turn off raw message delivery/],
    ],
    [
      'uses raw message delivery and has no dead-letter queue',
      { raw: 'true', redrive: undefined },
      [/^$/, /^$/, /turn off raw message delivery.*dead-letter queue/],
    ],
    ['drops what is not taken within a minute', { redrive: undefined }, [/^$/, /^$/, /dead-letter queue/]],
  ])('says what to do about one that %s', async (_, changes, expected) => {
    const said = await examine(changes);

    expect(said).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
    for (const line of said.filter(Boolean)) expect(line).toContain(topic);
  });

  it('accepts confirm_subscriptions while one of two topics is still pending', async () => {
    const other = `${topic}-2`;
    aws = await startCannedAws((request) => {
      const about = new URLSearchParams(request.body).get('TopicArn');
      return xml(answer(request, about === other ? { ...good, subscriptions: [] } : good));
    });
    const probes = topicProbes(aws.clients, { topics: [topic, other], confirming: true });
    const last = probes.at(-1);

    expect(probes).toHaveLength(7);
    await expect(last?.kind === 'call' ? last.run() : undefined).resolves.toBeUndefined();
  });

  it('finds the subscription on a later page and checks each confirmed one', async () => {
    const dropping = `${topic}:dropping`;
    aws = await startCannedAws((request) => {
      const query = new URLSearchParams(request.body);
      if (query.get('SubscriptionArn') === dropping)
        return xml(answer(request, { ...good, redrive: undefined }));
      if (query.get('Action') !== 'ListSubscriptionsByTopic' || query.has('NextToken'))
        return xml(
          answer(request, {
            ...good,
            subscriptions: [...good.subscriptions, { protocol: 'https', endpoint, arn: dropping }],
          }),
        );
      return xml(
        answer(request, { ...good, subscriptions: [] }).replace(
          '</ListSubscriptionsByTopicResult>',
          '<NextToken>2</NextToken></ListSubscriptionsByTopicResult>',
        ),
      );
    });
    const [, posts, delivers] = topicProbes(aws.clients, { topics: [topic], confirming: false });

    await expect(posts?.kind === 'call' ? posts.run() : undefined).resolves.toBeUndefined();
    await expect(delivers?.kind === 'call' ? delivers.run() : undefined).rejects.toThrow(
      `${dropping}: add a dead-letter queue`,
    );
  });

  it('reports a missing topic with a remedy for topics', async () => {
    aws = await startCannedAws(() => ({
      ...xml(
        '<ErrorResponse><Error><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>',
      ),
      status: 404,
    }));
    const [signs] = topicProbes(aws.clients, { topics: [topic], confirming: false });

    await expect(signs?.kind === 'call' ? signs.run() : undefined).rejects.toThrow('correct sns.topics');
  });

  it('names the missing permission', async () => {
    aws = await startCannedAws(() => ({
      ...xml(
        '<ErrorResponse><Error><Code>AuthorizationError</Code><Message>not authorized</Message></Error></ErrorResponse>',
      ),
      status: 403,
    }));
    for (const probe of topicProbes(aws.clients, { topics: [topic], confirming: false })) {
      const run = probe.kind === 'call' ? probe.run() : Promise.resolve();
      await expect(run).rejects.toMatchObject({ code: 'aws-denied' });
    }
  });
});

function answer({ body }: CannedRequest, { signature, subscriptions = [], raw, redrive }: Setup): string {
  const action = new URLSearchParams(body).get('Action') ?? '';
  const results: Readonly<Record<string, string>> = {
    GetTopicAttributes: attributes({ TopicArn: topic, SignatureVersion: signature }),
    GetSubscriptionAttributes: attributes({ RawMessageDelivery: raw, RedrivePolicy: redrive }),
    ListSubscriptionsByTopic: `<Subscriptions>${subscriptions
      .map(
        ({ protocol, endpoint: where, arn }) =>
          `<member><TopicArn>${topic}</TopicArn><Protocol>${protocol}</Protocol><Endpoint>${where}</Endpoint><SubscriptionArn>${arn}</SubscriptionArn></member>`,
      )
      .join('')}</Subscriptions>`,
  };
  return `<${action}Response><${action}Result>${results[action] ?? ''}</${action}Result></${action}Response>`;
}

function attributes(all: Readonly<Record<string, string | undefined>>): string {
  const entries = Object.entries(all).filter(([, value]) => value !== undefined);
  return `<Attributes>${entries.map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`).join('')}</Attributes>`;
}
