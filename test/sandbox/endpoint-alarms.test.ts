import { DescribeAlarmsCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointCommand, UpdateEndpointCommand } from '@aws-sdk/client-sagemaker';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSignals } from '../../src/alarms/parse/parse.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';

const endpoint = 'srl-rlvr-gold-prod';

describe('a degraded model in the sandbox', () => {
  let region: RegionUnderTest;

  beforeEach(async () => {
    region = await startRegionUnderTest(1_000);
  });
  afterEach(async () => region.close());

  async function states(): Promise<Record<string, unknown>> {
    const command = new DescribeAlarmsCommand({ AlarmNamePrefix: endpoint });
    const { MetricAlarms: alarms = [] } = await region.clients.cloudwatch.send(command);
    return Object.fromEntries(
      alarms.map(({ AlarmName: name, StateValue: state }) => [
        String(name).replace(`${endpoint}-`, ''),
        state,
      ]),
    );
  }

  async function fail(kind: string): Promise<unknown> {
    return postJson(`${region.region.url}/_sandbox/fail`, { endpoint, kind });
  }

  /** The next message about this endpoint on the queue, as parsed by the bot. */
  async function nextAlarm(): Promise<unknown> {
    return until(async () => {
      const receive = new ReceiveMessageCommand({
        QueueUrl: region.region.queueUrl,
        MaxNumberOfMessages: 10,
      });
      const { Messages: messages = [] } = await region.clients.sqs.send(receive);
      return messages
        .filter(({ Body: body = '' }) => body.includes(endpoint))
        .map(({ Body: body = '' }) => parseSignals(body)[0])[0];
    }, 'an alarm of the endpoint');
  }

  /** Covers the last minutes, not only the model that is served now. */
  async function worstPerformance(): Promise<number> {
    const { Datapoints: points = [] } = await region.clients.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'SRL/Serving',
        MetricName: 'ModelPerformance',
        Dimensions: [
          { Name: 'EndpointName', Value: endpoint },
          { Name: 'VariantName', Value: 'AllTraffic' },
        ],
        StartTime: new Date(Date.now() - 10 * 60_000),
        EndTime: new Date(),
        Period: 60,
        Statistics: ['Average'],
      }),
    );
    return Math.min(...points.map(({ Average: value = 1 }) => value));
  }

  it.each([
    ['model-degraded', 'reward'],
    ['model-errors', '5xx'],
    ['model-slow', 'latency'],
  ])('after %s raises only the %s alarm', async (kind, raised) => {
    expect(await states()).toEqual({ reward: 'OK', '5xx': 'OK', latency: 'OK' });

    expect(await fail(kind)).toEqual({
      model: 'arn:aws:sagemaker:us-east-1:123456789012:model-package/srl-rlvr-gold/4',
      alarms: [`${endpoint}-${raised}`],
    });

    expect(await states()).toEqual({ reward: 'OK', '5xx': 'OK', latency: 'OK', [raised]: 'ALARM' });
    expect(await nextAlarm()).toMatchObject({
      signal: {
        type: 'alarm',
        name: `${endpoint}-${raised}`,
        state: 'ALARM',
        dimensions: { EndpointName: [endpoint], VariantName: ['AllTraffic'] },
      },
    });
  });

  it('stays degraded: serving another version clears the alarm, and serving it again raises it', async () => {
    const serve = async (EndpointConfigName: string): Promise<void> => {
      const { reads } = region.clients.sagemaker;
      await reads.send(new UpdateEndpointCommand({ EndpointName: endpoint, EndpointConfigName }));
      await until(async () => {
        const now = await reads.send(new DescribeEndpointCommand({ EndpointName: endpoint }));
        return now.EndpointStatus === 'InService';
      }, 'the end of the update');
    };
    await fail('model-degraded');
    await nextAlarm();

    await serve(`${endpoint}-v3`);
    expect(await states()).toMatchObject({ reward: 'OK' });
    expect(await nextAlarm()).toMatchObject({ signal: { state: 'OK' } });
    expect(await worstPerformance()).toBeLessThan(0.6);
    await serve(`${endpoint}-v4`);
    expect(await states()).toMatchObject({ reward: 'ALARM' });
  });

  it('must belong to a known endpoint and have a known kind of failure', async () => {
    await expect(fail('model-bored')).rejects.toThrow(/400/);
    const unknown = postJson(`${region.region.url}/_sandbox/fail`, { endpoint: 'x', kind: 'model-slow' });
    await expect(unknown).rejects.toThrow(/Could not find endpoint/);
  });
});
