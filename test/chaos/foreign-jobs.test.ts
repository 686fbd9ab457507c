import { CreateTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterEach, describe, expect, it } from 'vitest';
import { atMost } from '../../bench/figures.ts';
import { seedRequest } from '../../sandbox/aws/seed-job.ts';
import { actionIds } from '../../src/bot/ids.ts';
import { launches } from '../support/aws-ledger.ts';
import { buttonsOf, click, otherLead, slackLedger, visibleText } from '../support/responder.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';
import { brokenJobs } from './support/broken-jobs.ts';
import { report } from './support/figures.ts';
import { type Fleet, startFleet } from './support/fleet.ts';
import { times } from './support/scale.ts';

describe('a launch whose name somebody else has taken', () => {
  let fleet: Fleet;

  afterEach(async () => fleet.world.close());

  it('adopts nothing, launches nothing under another name, and calls a person', async (context) => {
    const jobs = brokenJobs(times(20, 3), ['spot-interruption']);
    fleet = await startFleet(jobs, { open: 1 });
    const { world } = fleet;
    await Promise.all([world.start('bot'), world.start('worker')]);
    const approvals = await until(async () => {
      const all = await waiting(world);
      return all.length >= jobs.length && all;
    }, 'all approvals to be shown');
    for (const { name } of approvals) await createForeign(world, name);

    for (const { button } of approvals) await click(world, otherLead, button);
    const called = await until(async () => {
      const { messages } = await slackLedger(world);
      const steps = messages.filter((message) =>
        visibleText(message).includes('A training job that Relight did not start already has this name'),
      );
      return steps.some(({ thread_ts }) => thread_ts !== undefined) && steps.length >= jobs.length && steps;
    }, 'the threads to say so');

    const launched = (await launches(world)).map(({ TrainingJobName: name }) => name);
    const foreign = new Set(approvals.map(({ name }) => name));
    const { messages } = await slackLedger(world);
    const adopted = messages.filter(
      ({ text, thread_ts }) => thread_ts === undefined && text.includes('Recovered'),
    );
    expect(visibleText(called[0])).toContain('call a lead; nothing was launched');
    const what = `T4: ${jobs.length} launches whose name a foreign job has`;
    report(
      context,
      atMost(`${what}: foreign jobs adopted`, adopted.length, 0),
      atMost(
        `${what}: launches under this or another name`,
        launched.filter((name) => !foreign.has(name)).length,
        0,
      ),
      atMost(`${what}: jobs of that name beside the foreign one`, launched.length - foreign.size, 0),
    );
  });
});

/** The approvals in Slack, and the name that each launch will have. */
async function waiting(
  world: World,
): Promise<readonly { readonly name: string; readonly button: Parameters<typeof click>[2] }[]> {
  const { messages } = await slackLedger(world);
  return messages.flatMap((message) => {
    const name = /srl-rlvr-[a-z]+-\d{8}-r\d+-[0-9a-f]{16}/.exec(visibleText(message))?.[0];
    const approve = buttonsOf(message).find(({ actionId }) => actionId === actionIds.approve);
    return name === undefined || approve === undefined ? [] : [{ name, button: { message, ...approve } }];
  });
}

async function createForeign({ region }: World, name: string): Promise<void> {
  const client = new SageMakerClient({
    endpoint: region.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'somebody', secretAccessKey: 'else' },
  });
  const input = seedRequest(name, 'silver', 'ml.g5.2xlarge') as unknown as ConstructorParameters<
    typeof CreateTrainingJobCommand
  >[0];
  await client.send(new CreateTrainingJobCommand(input));
  client.destroy();
}
