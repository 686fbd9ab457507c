import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../sandbox/listen.ts';
import { failJob, launches } from '../support/aws-ledger.ts';
import {
  click,
  command,
  ephemeralsTo,
  lead,
  messageOf,
  slackLedger,
  visibleText,
  waitForButton,
  waitForText,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

async function send(world: World, body: string): Promise<void> {
  const sqs = new SQSClient({
    endpoint: world.region.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await sqs.send(new SendMessageCommand({ QueueUrl: world.region.queueUrl, MessageBody: body }));
  sqs.destroy();
}

async function answerTo(world: World, user: string, words: RegExp): Promise<string> {
  return until(
    async () => (await ephemeralsTo(world, user)).find((text) => words.test(text)),
    `an answer like ${words}`,
  );
}

describe('Relight', () => {
  let world: World;

  afterEach(async () => world.close());

  it('handles signed Slack requests in HTTP mode the same as in Socket Mode', async () => {
    const port = await freePort();
    world = await createWorld({ slackRequestsTo: `http://127.0.0.1:${port}/slack/events` });
    await world.start('all', { httpMode: true, port });
    await failJob(world, goldJob, 'spot-interruption');

    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));

    await until(async () => (await messageOf(world, 'card'))?.text.includes('Recovered'), 'the recovery');
    expect(await launches(world)).toHaveLength(1);
  });

  it('keeps an unreadable message, reports it in /relight status, and continues with valid ones', async () => {
    world = await createWorld();
    await world.start('all');
    await send(world, 'certainly not JSON');
    await send(
      world,
      JSON.stringify({
        AlarmName: 'NobodyKnowsMe',
        NewStateValue: 'ALARM',
        StateChangeTime: new Date().toISOString(),
      }),
    );
    await failJob(world, goldJob, 'spot-interruption');

    await waitForButton(world, 'step-resumed', 'Resume training');
    await command(world, lead, 'status');

    expect(await answerTo(world, lead, /could not be parsed/)).toMatch(/2 alarm messages/);
  });

  it('answers /relight start for a job that SageMaker does not know with the next step', async () => {
    world = await createWorld();
    await world.start('all');

    await command(world, lead, 'start spot-interruption srl-rlvr-gold-nosuchjob');

    const failed = await until(async () => {
      const shown = visibleText(await messageOf(world, 'step-diagnosis'));
      return shown.includes('no training job with this name') && shown;
    }, 'the diagnosis to fail');
    expect(failed).toMatch(/Check the name and AWS_REGION/);
  });

  it('refuses /relight start for a job that no tier covers, in one sentence with the remedy', async () => {
    world = await createWorld();
    await world.start('all');

    await command(world, lead, 'start spot-interruption experiment-7');

    expect(await answerTo(world, lead, /experiment-7/)).toMatch(/under `?tiers`? in relight\.yaml/);
    expect((await slackLedger(world)).messages).toEqual([]);
  });

  it('also runs a step by slash command, in case buttons fail', async () => {
    world = await createWorld();
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const { message } = await waitForButton(world, 'step-resumed', 'Resume training');

    const [typed = ''] = /step \S+ resumed [0-9a-f]{8}/.exec(visibleText(message)) ?? [];
    await command(world, lead, typed);

    await until(async () => (await messageOf(world, 'card'))?.text.includes('Recovered'), 'the recovery');
    expect(await launches(world)).toHaveLength(1);
  });

  it('launches no copy of a job that SageMaker is restarting, and reports when the job trains again', async () => {
    world = await createWorld({ speed: 60 });
    await world.start('all');
    await failJob(world, goldJob, 'spot-interrupted-restarting');

    const waiting = await until(async () => {
      const shown = visibleText(await messageOf(world, 'step-diagnosis'));
      return shown.includes('SageMaker is restarting it automatically') && shown;
    }, 'Relight to wait for SageMaker');
    // On a busy machine, the job may have left that state before the first check.
    expect(waiting).toMatch(/Interrupted|Starting/);
    await until(
      async () => (await messageOf(world, 'card'))?.text.includes('training again'),
      'the card to report that the job trains again',
    );
    // Steps skipped for the same reason share the message of the first one.
    await waitForText(world, 'step-checkpoint', 'SageMaker restarted the job itself');
    expect(await launches(world)).toEqual([]);
  });
});
