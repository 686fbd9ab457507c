import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startRegionUnderTest } from '../../aws/a-region.ts';
import { runRelight } from '../../support/run-relight.ts';
import { described, rows } from '../saved-output.ts';

const AddressInfo = z.object({ port: z.number() });

describe('relight diagnose of a live job', () => {
  const toAws = (url: string): Readonly<Record<string, string>> => ({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: url,
  });

  it('reads the job from AWS without Slack, Redis or configuration', async () => {
    const { region, close } = await startRegionUnderTest();
    const live = await runRelight(['diagnose', 'srl-rlvr-gold-20251104', '--json'], toAws(region.url));
    const missing = await runRelight(['diagnose', 'no-such-job'], toAws(region.url));
    await close();

    expect(live).toMatchObject({ code: 0, err: '' });
    expect(rows(live)).toMatchObject([{ job: 'srl-rlvr-gold-20251104', strategy: 'none' }]);
    expect(missing).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no training job with this name.*\n$/),
    });
  });

  it('reports an unreadable log and still diagnoses the job', async () => {
    const job = described({ CreationTime: 1762254300, SecondaryStatusTransitions: [] });
    const server = createServer((request, response) => {
      const describes = request.headers['x-amz-target'] === 'SageMaker.DescribeTrainingJob';
      response.writeHead(describes ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(describes ? job : { __type: 'AccessDeniedException', message: 'no' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = AddressInfo.parse(server.address());

    const ran = await runRelight(['diagnose', 'gold-1', '--json'], toAws(`http://127.0.0.1:${port}`));
    server.close();

    expect(ran.code).toBe(0);
    expect(rows(ran)).toMatchObject([
      {
        kind: 'unknown',
        evidence: expect.arrayContaining([expect.stringMatching(/log could not be read: AWS denies/)]),
      },
    ]);
  });

  it.each([
    ['no response', toAws('http://127.0.0.1:1'), /AWS did not answer: DescribeTrainingJob gold-1/],
    ['no Region', {}, /AWS_REGION is required/],
  ])('prints one line when there is %s', async (_, environment, words) => {
    const { code, err } = await runRelight(['diagnose', 'gold-1'], environment);

    expect(code).toBe(1);
    expect(err.trim().split('\n')).toEqual([expect.stringMatching(words)]);
  });
});
