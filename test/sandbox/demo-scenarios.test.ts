import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scenarios } from '../../sandbox/scenarios.ts';
import { type Demo, freePorts, startDemo } from '../support/a-demo.ts';
import { waitForClose, waitForIncident, walk } from '../support/a-walk.ts';
import { awsLedger, launches } from '../support/aws-ledger.ts';
import { slackLedger } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { getJson } from '../support/world.ts';
import { type Walk, walks } from './walks.ts';

/** Deadline for opening the incident, counted from the `ready` line. */
const opensWithinMs = 30_000;
/** Counted from the start of the file, because all tests start at once and wait for their turn. */
const timeoutMs = 1_800_000;
/** Limits the load: each demo runs three processes and simulated jobs. */
const maxDemos = 3;

const waiting: (() => void)[] = [];
let running = 0;

/** Limits concurrency, because vitest starts all concurrent tests at once. */
async function withSlot(work: () => Promise<void>): Promise<void> {
  if (running >= maxDemos) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

const withDemo = (options: string, work: (demo: Demo) => Promise<void>): Promise<void> =>
  withSlot(async () => {
    const demo = await startDemo(`npm run demo -- ${options} ${await freePorts()}`);
    try {
      await work(demo);
    } finally {
      await demo.close();
    }
  });

describe.concurrent('`npm run demo -- --scenario`', () => {
  it.each(Object.keys(scenarios).filter((name) => name !== 'none'))(
    '%s opens its incident within 30 s, and clicks recover it with exactly the approved changes',
    async (name) => {
      const plan: Walk | undefined = walks[name];
      if (plan === undefined) throw new Error(`test/sandbox/walks.ts has no walk for the scenario ${name}`);
      const speed = plan.speed === undefined ? '' : ` --speed ${plan.speed}`;
      await withDemo(`--scenario ${name}${speed}`, async (demo) => {
        const card = await waitForIncident(demo, plan.opens, opensWithinMs - (Date.now() - demo.readyAt));
        await walk(demo, card, plan.moves);

        expect(await waitForClose(demo, card)).toMatch(plan.ends);
        expect((await launches(demo)).map(({ TrainingJobName: job }) => job)).toEqual(
          plan.launches.map((job) => expect.stringMatching(new RegExp(`^${job}-r\\d+-[0-9a-f]{16}$`))),
        );
        const { calls, corruption } = await awsLedger(demo);
        const changes = calls
          .filter(({ service, operation }) => service === 'sagemaker' && operation !== 'CreateTrainingJob')
          .map(({ operation }) => operation);
        expect(changes).toEqual(plan.changes ?? []);
        expect(corruption).toEqual([]);
        expect((await slackLedger(demo)).violations).toEqual([]);
      });
    },
    timeoutMs,
  );

  it(
    'none opens no incident while its jobs keep training',
    () =>
      withDemo('--scenario none', async (demo) => {
        const Jobs = z.array(z.object({ name: z.string(), step: z.number() }));
        const isSaved = async (): Promise<boolean> =>
          Jobs.parse(await getJson(`${demo.region.url}/_sandbox/jobs`)).some(
            ({ name, step }) => name.includes('silver') && step > 460,
          );
        await until(isSaved, 'the silver job to save its first checkpoint', 60_000);

        expect((await slackLedger(demo)).messages).toEqual([]);
        expect((await awsLedger(demo)).calls.filter(({ service }) => service === 'sagemaker')).toEqual([]);
      }),
    timeoutMs,
  );
});
