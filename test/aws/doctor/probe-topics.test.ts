import { afterEach, describe, expect, it } from 'vitest';
import { topicProbes } from '../../../src/aws/doctor/probe-topics.ts';
import { asOpsError } from '../../../src/errors.ts';
import { type Asked, type CannedAws, startCannedAws, xml } from '../canned-aws.ts';

const topic = 'arn:aws:sns:us-east-1:123456789012:relight-alarms';
const endpoint = 'https://relight.example.com/alarms/sns';

/** A topic that is subscribed as the README says. */
const good = {
  signature: '2',
  subscriptions: [{ protocol: 'https', endpoint, arn: `${topic}:1` }],
  raw: 'false',
  redrive: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:lost-alarms"}',
  confirming: false,
};
type Setup = { readonly [K in keyof typeof good]: (typeof good)[K] | undefined };

describe('relight doctor on a topic', () => {
  let aws: CannedAws;

  afterEach(async () => aws.close());

  /** What each probe says, in order: empty where it is content. */
  async function examine(changes: Partial<Setup> = {}): Promise<string[]> {
    const setup = { ...good, ...changes };
    aws = await startCannedAws((asked) => xml(answer(asked, setup)));
    const probes = topicProbes(aws.clients, { topics: [topic], confirming: setup.confirming ?? false });
    return Promise.all(
      probes.map(async (probe) =>
        probe.kind === 'asked'
          ? probe.run().then(
              () => '',
              (error: unknown) => asOpsError(error).line,
            )
          : 'not asked',
      ),
    );
  }

  it('finds one good that signs with version 2 and posts to /alarms/sns with a dead-letter queue behind it', async () => {
    expect(await examine()).toEqual(['', '', '']);
  });

  it.each([
    [
      'signs with SHA-1, as topics do unless told otherwise',
      { signature: undefined },
      [/SignatureVersion to 2/, /^$/, /^$/],
    ],
    ['nobody has subscribed', { subscriptions: [] }, [/^$/, /subscribe https:/, /before it is confirmed/]],
    [
      'was unsubscribed lately',
      { subscriptions: [{ protocol: 'https', endpoint, arn: 'Deleted' }] },
      [/^$/, /subscribe https:/, /before it is confirmed/],
    ],
    [
      'is subscribed by plain HTTP',
      { subscriptions: [{ protocol: 'http', endpoint: 'http://x/alarms/sns', arn: `${topic}:3` }] },
      [/^$/, /subscribe https:/, /before it is confirmed/],
    ],
    [
      'posts somewhere else only',
      { subscriptions: [{ protocol: 'https', endpoint: 'https://other.example.com/', arn: `${topic}:2` }] },
      [/^$/, /subscribe https:/, /before it is confirmed/],
    ],
    [
      'was subscribed and never confirmed',
      { subscriptions: [{ protocol: 'https', endpoint, arn: 'PendingConfirmation' }] },
      [/^$/, /was never confirmed: set sns\.confirm_subscriptions/, /before it is confirmed/],
    ],
    ['is confirmed while anybody could subscribe', { confirming: true }, [/^$/, /^$/, /^$/, /back to false/]],
    [
      'posts bare messages without their signature',
      { raw: 'true' },
      [/^$/, /^$/, /raw message delivery off/],
    ],
    [
      'posts bare messages and drops what is not taken',
      { raw: 'true', redrive: undefined },
      [/^$/, /^$/, /raw message delivery off.*dead-letter queue/],
    ],
    ['drops what is not taken within a minute', { redrive: undefined }, [/^$/, /^$/, /dead-letter queue/]],
  ])('says what to do about one that %s', async (_, changes, expected) => {
    const said = await examine(changes);

    expect(said).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
    for (const line of said.filter(Boolean)) expect(line).toContain(topic);
  });

  it('lets confirming be on while one topic of two still waits', async () => {
    const other = `${topic}-2`;
    aws = await startCannedAws((asked) => {
      const about = new URLSearchParams(asked.body).get('TopicArn');
      return xml(answer(asked, about === other ? { ...good, subscriptions: [] } : good));
    });
    const probes = topicProbes(aws.clients, { topics: [topic, other], confirming: true });
    const last = probes.at(-1);

    expect(probes).toHaveLength(7);
    await expect(last?.kind === 'asked' ? last.run() : undefined).resolves.toBeUndefined();
  });

  it('finds the subscription on a later page, and looks at each that is confirmed', async () => {
    const dropping = `${topic}:dropping`;
    aws = await startCannedAws((asked) => {
      const query = new URLSearchParams(asked.body);
      if (query.get('SubscriptionArn') === dropping)
        return xml(answer(asked, { ...good, redrive: undefined }));
      if (query.get('Action') !== 'ListSubscriptionsByTopic' || query.has('NextToken'))
        return xml(
          answer(asked, {
            ...good,
            subscriptions: [...good.subscriptions, { protocol: 'https', endpoint, arn: dropping }],
          }),
        );
      return xml(
        answer(asked, { ...good, subscriptions: [] }).replace(
          '</ListSubscriptionsByTopicResult>',
          '<NextToken>2</NextToken></ListSubscriptionsByTopicResult>',
        ),
      );
    });
    const [, posts, delivers] = topicProbes(aws.clients, { topics: [topic], confirming: false });

    await expect(posts?.kind === 'asked' ? posts.run() : undefined).resolves.toBeUndefined();
    await expect(delivers?.kind === 'asked' ? delivers.run() : undefined).rejects.toThrow(
      `${dropping}: give it a dead-letter queue`,
    );
  });

  it('says that there is no such topic, instead of what would mend a job', async () => {
    aws = await startCannedAws(() => ({
      ...xml(
        '<ErrorResponse><Error><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>',
      ),
      status: 404,
    }));
    const [signs] = topicProbes(aws.clients, { topics: [topic], confirming: false });

    await expect(signs?.kind === 'asked' ? signs.run() : undefined).rejects.toThrow('correct sns.topics');
  });

  it('names the permission that is missing', async () => {
    aws = await startCannedAws(() => ({
      ...xml(
        '<ErrorResponse><Error><Code>AuthorizationError</Code><Message>not authorized</Message></Error></ErrorResponse>',
      ),
      status: 403,
    }));
    for (const probe of topicProbes(aws.clients, { topics: [topic], confirming: false })) {
      const run = probe.kind === 'asked' ? probe.run() : Promise.resolve();
      await expect(run).rejects.toMatchObject({ code: 'aws-denied' });
    }
  });
});

function answer({ body }: Asked, { signature, subscriptions = [], raw, redrive }: Setup): string {
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
