import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLogs } from '../../../src/aws/cloudwatch/logs.ts';
import { until } from '../../support/until.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../a-region.ts';
import { type CannedAws, startCannedAws } from '../canned-aws.ts';

describe('the log of a training job', () => {
  let region: RegionUnderTest;
  let aws: CannedAws | undefined;

  beforeAll(async () => {
    region = await startRegionUnderTest(1_000);
  });
  afterEach(async () => aws?.close());
  afterAll(async () => region.close());

  it('is read from the end and returned oldest line first', async () => {
    const logs = createLogs(region.clients.logs);

    const lines = await until(async () => {
      const tail = await logs.tail('srl-rlvr-gold-20251104', 3);
      return tail.length === 3 && tail;
    }, 'three lines of the log');

    const steps = lines.map((line) => Number(/'step': (\d+)/.exec(line)?.[1]));
    expect(steps[1]).toBeGreaterThan(steps[0] ?? 0);
    expect(steps[2]).toBeGreaterThan(steps[1] ?? 0);
  });

  it('is empty until the job writes its first line', async () => {
    expect(await createLogs(region.clients.logs).tail('srl-rlvr-gold', 10)).toEqual([]);
  });

  it('is empty before the first job in the account creates the log group', async () => {
    const body = '{"__type":"ResourceNotFoundException","message":"The specified log group does not exist."}';
    aws = await startCannedAws(() => ({ status: 400, body }));

    expect(await createLogs(aws.clients.logs).tail('job', 10)).toEqual([]);
  });

  it('only contains the last start of a restarted job, regardless of paging', async () => {
    const streams = ['job/algo-1-1762257000', 'job/algo-1-1762259000', 'job/algo-1-1762258000'];
    const pages: Readonly<Record<string, { events: string[]; token: string }>> = {
      start: { events: ['c\n', 'd\n'], token: 't1' },
      t1: { events: [], token: 't2' },
      t2: { events: ['a', 'b'], token: 't3' },
      t3: { events: [], token: 't3' },
    };
    aws = await startCannedAws(({ operation, body }) => {
      // The SDK sends JSON objects to CloudWatch Logs.
      const asked = JSON.parse(body) as Readonly<Record<string, string>>;
      if (operation === 'DescribeLogStreams')
        return { body: JSON.stringify({ logStreams: streams.map((logStreamName) => ({ logStreamName })) }) };
      const page = pages[asked['nextToken'] ?? 'start'];
      const events = page?.events.map((message) => ({ message, timestamp: 1 }));
      return { body: JSON.stringify({ events, nextBackwardToken: page?.token }) };
    });

    expect(await createLogs(aws.clients.logs).tail('job', 10)).toEqual(['a', 'b', 'c', 'd']);
    expect(await createLogs(aws.clients.logs).tail('job', 3)).toEqual(['b', 'c', 'd']);

    const read = aws.requests.filter(({ operation }) => operation === 'GetLogEvents');
    expect(read.every(({ body }) => body.includes('algo-1-1762259000'))).toBe(true);
  });

  it('has one stream per host, from its last start, and none of a job whose name only starts the same', async () => {
    const hosts = [
      'job/algo-10-1762257000',
      'job/algo-2-1762257000',
      'job/algo-2-1762259000',
      'job/algo-1-1762257000',
    ];
    aws = await startCannedAws(({ operation, body }) => {
      if (operation !== 'DescribeLogStreams')
        return {
          body: JSON.stringify({ events: [{ message: `${body.includes('algo-2')}\n`, timestamp: 7 }] }),
        };
      const prefix = /"logStreamNamePrefix":"([^"]+)"/.exec(body)?.[1] ?? '';
      const streams = [...hosts, 'job-2/algo-1-1762257000'].filter((name) => name.startsWith(prefix));
      return { body: JSON.stringify({ logStreams: streams.map((logStreamName) => ({ logStreamName })) }) };
    });
    const logs = createLogs(aws.clients.logs);

    const streams = await logs.streams('job');

    expect(streams.map(({ host }) => host)).toEqual(['algo-1', 'algo-2', 'algo-10']);
    expect(streams[1]?.name).toBe('job/algo-2-1762259000');
    expect(streams[1] && (await logs.newest(streams[1], 1))).toEqual([{ at: 7, text: 'true' }]);
  });
});
