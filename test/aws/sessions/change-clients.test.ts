import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ChangeClients, changeClients } from '../../../src/aws/sessions/change-clients.ts';
import { createTraining } from '../../../src/aws/training/training.ts';
import { OpsError } from '../../../src/errors.ts';
import { type AwsCall, attemptKeyOf, launchCall, putCall, stopCall } from '../../../src/ports/calls.ts';
import type { LaunchRequest, TrainingChanges } from '../../../src/ports/ports.ts';
import { tokenFor } from '../../support/a-token.ts';
import { getJson, postJson } from '../../support/world.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from '../a-region.ts';

const role = 'arn:aws:iam::123456789012:role/relight-actor';
const job = 'srl-rlvr-gold-20251104';
const attemptKey = attemptKeyOf({ incident: 'inc-1', step: 'resumed', attempt: 1 });
const facts = { ...attemptKey, hash: 'of-the-request', approvers: ['U0LEAD', 'U0LEAD2'] };

const Ledger = z.object({
  calls: z.array(
    z.object({ operation: z.string(), session: z.looseObject({ name: z.string() }).optional() }),
  ),
  denied: z.array(z.object({ operation: z.string(), message: z.string() })),
  counts: z.record(z.string(), z.number()),
});

/** The stand-in checks the session policy as IAM does, and the policy of deploy/iam/actor.json beside it. */
describe('the session of one change', () => {
  let region: RegionUnderTest;
  const open: ChangeClients[] = [];

  beforeAll(async () => {
    region = await startRegionUnderTest();
  });
  afterEach(async () => {
    for (const session of open.splice(0)) session.close();
    await trust({});
    await region.calm();
  });
  afterAll(async () => region.close());

  function sessionFor(calls: readonly AwsCall[], arn = role): ChangeClients {
    const session = changeClients(
      region.clients,
      { pathStyle: true },
      { arn, region: 'us-east-1' },
      { ...facts, calls },
    );
    open.push(session);
    return session;
  }

  const trainingOf = ({ creates }: ChangeClients): TrainingChanges =>
    createTraining({ ...region.clients.sagemaker, creates }, silent);

  async function trust(given: object): Promise<void> {
    await postJson(`${region.region.url}/_sandbox/actor-role`, given);
  }

  async function ledger(): Promise<z.infer<typeof Ledger>> {
    return Ledger.parse(await getJson(`${region.region.url}/_sandbox/ledger`));
  }

  async function draft(name: string): Promise<LaunchRequest> {
    const training = createTraining(region.clients.sagemaker, silent);
    return (await training.draftClone(job, { name, tags: {} })).request;
  }

  const errorOf = async (work: Promise<unknown>): Promise<OpsError> => {
    const thrown: unknown = await work.catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(OpsError);
    return thrown as OpsError;
  };

  it('launches the approved job in the name of its approvers', async () => {
    const request = await draft('srl-rlvr-gold-r1');

    await trainingOf(sessionFor([launchCall(request, facts)])).launch(request, tokenFor(attemptKey, request));

    const [launched] = (await ledger()).calls.filter(({ operation }) => operation === 'CreateTrainingJob');
    expect(launched?.session).toMatchObject({
      role,
      name: 'U0LEAD,U0LEAD2',
      sourceIdentity: 'U0LEAD,U0LEAD2',
      tags: { 'relight:intent': attemptKey.id, 'relight:incident': 'inc-1' },
    });
  });

  it.each([
    ['another name', { TrainingJobName: 'srl-rlvr-gold-r9' }],
    ['another instance type', { ResourceConfig: { InstanceType: 'ml.p5.48xlarge', InstanceCount: 64 } }],
    [
      'a longer run time',
      { StoppingCondition: { MaxRuntimeInSeconds: 431_999, MaxWaitTimeInSeconds: 432_000 } },
    ],
    ['another role', { RoleArn: 'arn:aws:iam::123456789012:role/SageMakerInferenceRole' }],
  ])('launches no job with %s than the approved one', async (_, changed) => {
    const approved = await draft('srl-rlvr-gold-r2');
    const request = { ...approved, ...changed };
    const training = trainingOf(sessionFor([launchCall(approved, facts)]));

    const error = await errorOf(training.launch(request, tokenFor(attemptKey, request)));

    expect(error.code).toBe('aws-denied');
    expect(error.refused).toBe(true);
    expect(error.detail).toMatch(/because no session policy allows the \S+ action/);
    expect(await region.committed('CreateTrainingJob')).toHaveLength(1);
  });

  it('stops no job if the approved call is a launch, and says so as SageMaker does', async () => {
    const request = await draft('srl-rlvr-gold-r3');
    const training = trainingOf(sessionFor([launchCall(request, facts)]));

    const error = await errorOf(training.stop(job, tokenFor(attemptKey, { TrainingJobName: job })));

    expect(error.code).toBe('aws-denied');
    expect((await ledger()).denied.at(-1)).toEqual({
      operation: 'StopTrainingJob',
      message: `User: arn:aws:sts::123456789012:assumed-role/relight-actor/U0LEAD,U0LEAD2 is not authorized to perform: sagemaker:StopTrainingJob on resource: arn:aws:sagemaker:us-east-1:123456789012:training-job/${job} because no session policy allows the sagemaker:StopTrainingJob action`,
    });
  });

  it('writes below the approved prefix only, and says so as S3 does', async () => {
    const { s3 } = sessionFor([putCall('s3://srl-rlvr-training/fixed-data/a/…', 'once')]);
    const put = async (Key: string): Promise<unknown> =>
      s3.send(new PutObjectCommand({ Bucket: 'srl-rlvr-training', Key, Body: 'x', IfNoneMatch: '*' }));

    await put('fixed-data/a/train.jsonl');
    const denied: unknown = await put('fixed-data/b/train.jsonl').catch((error: unknown) => error);

    expect(denied).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        'on resource: "arn:aws:s3:::srl-rlvr-training/fixed-data/b/train.jsonl"',
      ),
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('cannot do what the actor role denies, even if its own policy allows it', async () => {
    const { s3 } = sessionFor([putCall('s3://srl-rlvr-training/checkpoints/…', 'once')]);
    const put = new PutObjectCommand({ Bucket: 'srl-rlvr-training', Key: 'checkpoints/x', Body: 'x' });

    const denied: unknown = await s3.send(put).catch((error: unknown) => error);

    expect(denied).toMatchObject({
      message: expect.stringContaining('with an explicit deny in an identity-based policy'),
    });
  });

  it('is opened once for calls at the same time, and not at all for a change without calls in AWS', async () => {
    const opened = async (): Promise<number> => (await ledger()).counts['sts.AssumeRole'] ?? 0;
    const before = await opened();
    const session = sessionFor([stopCall(job)]);

    await Promise.all([session.ready(), session.ready(), session.creates.config.credentials()]);
    await sessionFor([]).ready();

    expect(await opened()).toBe(before + 1);
  });

  it('is opened without a source identity if the trust policy or the present credentials do not let it set one', async () => {
    await trust({ refuses: ['sts:SetSourceIdentity'] });
    const request = await draft('srl-rlvr-gold-r4');

    await trainingOf(sessionFor([launchCall(request, facts)])).launch(request, tokenFor(attemptKey, request));

    const launched = (await ledger()).calls.findLast(({ operation }) => operation === 'CreateTrainingJob');
    expect(launched?.session).toMatchObject({ name: 'U0LEAD,U0LEAD2' });
    expect(launched?.session).not.toHaveProperty('sourceIdentity');
  });

  it('is opened without tags if they and the policy are too large together', async () => {
    await trust({ packedTooLarge: true });

    await expect(sessionFor([stopCall(job)]).ready()).resolves.toBeUndefined();
  });

  it.each([
    ['the role does not trust the worker', role, { refuses: ['sts:AssumeRole'] }],
    ['there is no such role', 'arn:aws:iam::123456789012:role/somebody-elses', {}],
  ])('is refused before anything is sent if %s', async (_, arn, given) => {
    await trust(given);

    const error = await errorOf(sessionFor([stopCall(job)], arn).ready());

    expect(error.code).toBe('aws-denied');
    expect(error.message).toContain(`AssumeRole ${arn}`);
  });

  it('is opened again after an outage of STS', async () => {
    const session = sessionFor([stopCall(job)]);
    await region.disturb({ service: 'sts', operation: 'AssumeRole', kind: 'error-5xx', count: 3 });

    expect((await errorOf(session.ready())).code).toBe('aws-unavailable');
    await expect(session.ready()).resolves.toBeUndefined();
  });
});
