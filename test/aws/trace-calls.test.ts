import { DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exportSpans } from '../../src/tracing/export-spans.ts';
import { type Collector, startCollector } from '../support/collector.ts';
import { startCannedAws } from './canned-aws.ts';

describe('the span of a call to AWS', () => {
  let collector: Collector;

  afterEach(async () => {
    vi.unstubAllEnvs();
    await collector.close();
  });

  it('says how often the SDK tried, which request answered, and nothing of the request or the response', async () => {
    collector = await startCollector();
    for (const [name, value] of Object.entries(collector.environment)) vi.stubEnv(name, value);
    const spans = exportSpans('worker', pino({ level: 'silent' }));
    const aws = await startCannedAws((_, nth) => ({
      status: nth === 1 ? 429 : 200,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': `request-${nth}` },
      body: JSON.stringify(
        nth === 1
          ? { __type: 'ThrottlingException' }
          : { FailureReason: 'the-reason', TrainingJobName: 'the-job' },
      ),
    }));

    await aws.clients.sagemaker.reads.send(new DescribeTrainingJobCommand({ TrainingJobName: 'the-job' }));
    await aws.close();
    await spans.close(5_000);

    expect(collector.spans()).toMatchObject([
      {
        name: 'SageMaker.DescribeTrainingJob',
        attributes: {
          'rpc.system': 'aws-api',
          'rpc.service': 'SageMaker',
          'rpc.method': 'DescribeTrainingJob',
          'http.response.status_code': 200,
          'aws.attempts': 2,
          'aws.request_id': 'request-2',
        },
        error: undefined,
      },
    ]);
    expect(collector.text()).not.toMatch(/the-job|the-reason/);
  });
});
