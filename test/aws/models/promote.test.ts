import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { beforeEach, describe, expect, it } from 'vitest';
import { promote } from '../../../src/aws/models/promotion.ts';
import { OpsError } from '../../../src/errors.ts';
import type { JsonObject } from '../../../src/ports/basics.ts';
import type { PromotionRequest, ServedEndpoint } from '../../../src/ports/models.ts';
import { type SentMarks, sentMarks, tokenFor } from '../../support/a-token.ts';
import { firstTry } from '../../support/fake-ports.ts';

const changedAt = Date.parse('2026-11-23T03:00:00Z');
const usual: ServedEndpoint = {
  name: 'prod',
  status: 'InService',
  config: 'before',
  variants: [],
  changedAt,
};
const update = { EndpointName: 'prod', EndpointConfigName: 'after' };
/** The configuration exists already, so only the endpoint is updated. */
const reusing = {
  endpoint: 'prod',
  expects: 'before',
  config: 'after',
  packages: [],
  update,
} as unknown as PromotionRequest;
const creating = {
  ...reusing,
  createModel: { ModelName: 'm-1' },
  createConfig: { EndpointConfigName: 'after' },
} as unknown as PromotionRequest;

/** A command of the SDK. */
interface Command {
  readonly input: JsonObject;
  readonly constructor: { readonly name: string };
}

describe('the update of an endpoint', () => {
  let sent: (readonly [string, JsonObject])[];
  /** What the endpoint shows, one after another; the last one stays. */
  let shows: (Partial<ServedEndpoint> | Error)[];
  let fails: Error | undefined;
  let marks: SentMarks;
  let confirmed: number;

  beforeEach(() => {
    [sent, shows, fails, confirmed] = [[], [{}], undefined, 0];
    marks = sentMarks();
  });

  const served = async (): Promise<ServedEndpoint> => {
    const now = shows.length > 1 ? shows.shift() : shows[0];
    if (now instanceof Error) throw now;
    return { ...usual, ...now };
  };
  const client = (answer: (operation: string, input: JsonObject) => object): SageMakerClient =>
    Object.assign(new SageMakerClient({ region: 'us-east-1' }), {
      send: async ({ input, constructor: { name } }: Command) => answer(name.replace(/Command$/, ''), input),
    });
  const missing = (): never => {
    throw Object.assign(new Error('Could not find model'), {
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
  };

  async function promoted(
    request: PromotionRequest = reusing,
    approved: PromotionRequest = request,
  ): Promise<unknown> {
    const reads = client(missing);
    const creates = client((operation, input) => {
      sent.push([operation, input]);
      if (operation === 'UpdateEndpoint' && fails !== undefined) throw fails;
      return {};
    });
    const token = tokenFor(firstTry, approved, async () => void (confirmed += 1), { marks });
    return promote({ reads, creates }, served, request, token).catch(
      (thrown: { readonly code?: string; readonly detail?: string }) => `${thrown.code}: ${thrown.detail}`,
    );
  }
  const operations = (): readonly string[] => sent.map(([operation]) => operation);

  it('is sent once, marked with what the endpoint showed right before', async () => {
    expect(await promoted()).toEqual({ adopted: false });
    expect(sent).toEqual([['UpdateEndpoint', update]]);
    expect(marks.at.get('UpdateEndpoint')).toEqual({ seen: '2026-11-23T03:00:00.000Z', at: 1_000 });
    expect(confirmed).toBe(1);
  });

  it('comes after the model and the configuration, in this order', async () => {
    expect(await promoted(creating)).toEqual({ adopted: false });
    expect(operations()).toEqual(['CreateModel', 'CreateEndpointConfig', 'UpdateEndpoint']);
    expect(sent[0]?.[1]).toMatchObject({ ModelName: 'm-1', Tags: expect.anything() as unknown });
    expect(sent[1]?.[1]).toMatchObject({ EndpointConfigName: 'after' });
  });

  it.each([
    ['serves the configuration', { config: 'after' }],
    ['is changing to it', { pendingConfig: 'after', status: 'Updating' }],
  ])('is not sent to an endpoint that %s', async (_, now) => {
    shows = [now];

    expect(await promoted()).toEqual({ adopted: true });
    expect([sent, confirmed]).toEqual([[], 0]);
  });

  it.each([
    ['serves another configuration than people saw', { config: 'other' }, 'InService and serves other'],
    ['is changing', { status: 'Updating' }, 'Updating and serves before'],
  ])('is not sent to an endpoint that %s, also if that is seen only right before', async (_, now, says) => {
    shows = [now];
    expect(await promoted(creating)).toBe(`endpoint-moved: prod is ${says}, not before`);
    expect(sent).toEqual([]);

    shows = [{}, now];
    expect(await promoted(creating)).toBe(`endpoint-moved: prod is ${says}, not before`);
    expect(operations()).toEqual(['CreateModel', 'CreateEndpointConfig']);
    expect(marks.at.size).toBe(0);
  });

  it('is not sent while another worker of the attempt is about to', async () => {
    marks.at.set('UpdateEndpoint', { seen: '2026-11-23T03:00:00.000Z', at: 500 });
    expect(await promoted()).toContain('outcome-unknown: prod is InService and serves before; an update may');

    marks.now = 60_000;
    expect(await promoted()).toEqual({ adopted: false });
    expect(marks.at.get('UpdateEndpoint')?.at).toBe(60_000);

    [sent, marks] = [[], sentMarks()];
    shows = [{}, {}];
    const { at } = marks;
    const racing = tokenFor(
      firstTry,
      reusing,
      async () => void at.set('UpdateEndpoint', { seen: 'a', at: 7 }),
      { marks },
    );
    await expect(
      promote({ reads: client(missing), creates: client(missing) }, served, reusing, racing),
    ).rejects.toMatchObject({
      code: 'outcome-unknown',
      detail: 'another worker is about to update prod',
    });
  });

  it('counts as sent if the answer was lost and the endpoint is changing', async () => {
    fails = new OpsError('aws-unavailable', 'UpdateEndpoint');
    shows = [{}, {}, { pendingConfig: 'after' }];
    expect(await promoted()).toEqual({ adopted: true });

    [shows, marks] = [[{}, {}, {}], sentMarks()];
    expect(await promoted()).toBe('aws-unavailable: UpdateEndpoint');
  });

  it('has been refused or not as AWS said, although the endpoint cannot be read after it', async () => {
    const gone = new OpsError('endpoint-broken', 'away');
    fails = new OpsError('aws-refused', 'UpdateEndpoint', { refused: true });
    shows = [{}, {}, gone];
    expect(await promoted()).toBe('aws-refused: UpdateEndpoint');

    [shows, marks, fails] = [[{}, {}, gone], sentMarks(), new OpsError('aws-unavailable', 'UpdateEndpoint')];
    expect(await promoted()).toBe('endpoint-broken: away');
  });

  it('is refused if it is not the approved one, or has no input', async () => {
    expect(await promoted(reusing, creating)).toMatch(/^not-approved: /);
    const { update: _, ...without } = reusing as JsonObject;
    expect(await promoted(without as PromotionRequest)).toBe(
      'approval-lapsed: the request has no input for UpdateEndpoint',
    );
    marks = sentMarks();
    const { createConfig: _config, ...half } = creating as JsonObject;
    expect(await promoted(half as PromotionRequest)).toBe(
      'approval-lapsed: the request has no input for CreateEndpointConfig',
    );
    expect(
      await promoted({ ...creating, createModel: { ModelName: 7 } } as unknown as PromotionRequest),
    ).toBe('approval-lapsed: the request has no ModelName');
    expect(sent).toEqual([]);
  });

  it('is refused if the configuration that it uses again is gone', async () => {
    expect(await promoted({ ...reusing, packages: ['arn'] } as unknown as PromotionRequest)).toBe(
      'basis-changed: the configuration after is gone',
    );
    expect(sent).toEqual([]);
  });
});
