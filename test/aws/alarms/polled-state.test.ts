import { afterEach, describe, expect, it } from 'vitest';
import { createPolledState } from '../../../src/aws/alarms/polled-state.ts';
import { createOwnAccount } from '../../../src/aws/own-account.ts';
import { meaningOf } from '../../alarms/messages.ts';
import { type CannedAws, type CannedRequest, startCannedAws } from '../canned-aws.ts';

const changed = Date.parse('2026-11-23T03:12:43Z') / 1_000;
const overJobs = {
  AlarmName: 'TrainingJobMemoryUsage-any',
  AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:TrainingJobMemoryUsage-any',
  StateValue: 'ALARM',
  StateReason: '1 out of 6 time series evaluated to ALARM',
  StateTransitionedTimestamp: changed,
  StateUpdatedTimestamp: changed + 600,
  Metrics: [{ Id: 'm1', Expression: 'SELECT MAX(x) FROM y GROUP BY Host', ReturnData: true }],
};
const series = 'TrainingJobMemoryUsage-any [Host=srl-rlvr-gold-7/algo-2]';

describe('polling alarms over many time series', () => {
  let aws: CannedAws;
  afterEach(async () => aws.close());

  const respond = (contributors: object) => async () => {
    aws = await startCannedAws(({ operation }: CannedRequest) => ({
      ...(operation === 'DescribeAlarms'
        ? { body: JSON.stringify({ MetricAlarms: [overJobs], CompositeAlarms: [] }) }
        : contributors),
    }));
    return createPolledState(aws.clients);
  };
  const one = {
    ContributorId: '6d442278dba546f6',
    ContributorAttributes: { Host: 'srl-rlvr-gold-7/algo-2' },
    StateReason: 'Threshold Crossed',
    StateTransitionedTimestamp: changed,
  };
  const listed = respond({ body: JSON.stringify({ AlarmContributors: [one] }) });
  const denied = respond({
    status: 400,
    body: JSON.stringify({ __type: 'AccessDeniedException', message: 'not authorized to perform' }),
  });

  it('finds each time series in ALARM with its job', async () => {
    const raised = await (await listed()).raisedAlarms();

    expect(raised.map(({ subject }) => subject)).toEqual(['TrainingJobMemoryUsage-any', series]);
    expect(raised.map(({ body }) => meaningOf(body))).toMatchObject([
      { ignored: expect.stringContaining('contributor') },
      { report: { job: 'srl-rlvr-gold-7', alarm: { name: series, at: changed * 1_000 } } },
    ]);
  });

  it('clears a time series that is no longer in ALARM', async () => {
    const [found, ...more] = await (await listed()).alarmsNamed([series]);

    expect(more).toEqual([]);
    expect(meaningOf(found?.body)).toMatchObject({
      cleared: { job: 'srl-rlvr-gold-7', alarm: { name: series, at: (changed + 600) * 1_000 } },
    });
  });

  it('still polls all other alarms if the role may not list time series', async () => {
    const raised = await (await denied()).raisedAlarms();

    expect(raised.map(({ subject }) => subject)).toEqual(['TrainingJobMemoryUsage-any']);
  });

  it('does not know its account if neither AWS_ACCOUNT_ID nor the credentials name it', async () => {
    await listed();
    const { reads } = aws.clients.sagemaker;
    expect(await createOwnAccount(reads, undefined)()).toBeUndefined();
    expect(await createOwnAccount(reads, '123456789012')()).toBe('123456789012');
  });
});
