import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ReadinessReport } from '../../src/readiness/readiness.ts';
import { restoreRecorded } from '../support/recorded.ts';
import { goodEnvironment, type Ran, runRelight } from '../support/run-relight.ts';
import { until } from '../support/until.ts';
import { createWorld, getJson, postJson, type World } from '../support/world.ts';

const completing = 'srl-rlvr-bronze-1';
const Jobs = z.array(z.object({ name: z.string(), status: z.string() }));

describe('relight readiness', () => {
  let world: World;
  const run = async (...args: string[]): Promise<Ran> =>
    runRelight(['readiness', ...args], world.environment());
  const denied = async (service: string, operation: string): Promise<unknown> =>
    postJson(`${world.region.url}/_sandbox/faults`, { service, operation, kind: 'access-denied', count: 1 });

  beforeAll(async () => {
    world = await createWorld({ speed: 20, jobs: [{ name: completing, tier: 'bronze', step: 1_999 }] });
    const isCompleted = async (): Promise<boolean> => {
      const jobs = Jobs.parse(await getJson(`${world.region.url}/_sandbox/jobs`));
      return jobs.some(({ name, status }) => name === completing && status === 'Completed');
    };
    await until(isCompleted, 'the job to complete');
    await restoreRecorded(world.redis.client, 'spot-interruption-to-its-postmortem');
  });
  afterAll(async () => world.close());

  it('measures the account and exits 1, with what to do about each gap', async () => {
    const { code, out, err } = await run();

    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatch(/^Readiness: \d+ to fix\n/);
    expect(out).toMatch(
      /silver-20251103 has trained for \d+ min and saved no checkpoint .* Fix: have the script/,
    );
    expect(out).toMatch(/the AWS poller has never been heard from.*relight doctor/);
    expect(out).toMatch(/no alarm reports that a job hangs \(3 tiers: gold, silver, bronze\)/);
    expect(out).toMatch(
      /the model of srl-rlvr-bronze-1 is in no model package \(s3:.*Fix: register it with CreateModelPackage/,
    );
    expect(out).toMatch(/“[^”]+”: never drilled\. Fix: \/relight drill spot-interruption/);
  });

  it('says which call AWS denied and which permission it needs, and does not call that part ready', async () => {
    await denied('sagemaker', 'ListModelPackages');

    const { out } = await run('--json');

    const { checks } = ReadinessReport.parse(z.json().parse(JSON.parse(out)));
    expect(checks.find(({ part }) => part === 'registry')).toMatchObject({
      findings: [],
      unmeasured: [
        {
          what: expect.stringContaining('ListModelPackages: AccessDeniedException'),
          fix: expect.stringContaining('Allow sagemaker:ListModelPackages'),
        },
      ],
    });
  });

  it('exits 2 with one line if nothing can be measured', async () => {
    const { code, out, err } = await runRelight(['readiness'], goodEnvironment);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trim().split('\n')).toEqual([expect.stringContaining('Redis does not answer')]);
  });
});
