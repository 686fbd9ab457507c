import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { atMost } from '../../bench/figures.ts';
import { report } from '../chaos/support/figures.ts';
import { launches } from '../support/aws-ledger.ts';
import { type Collector, startCollector } from '../support/collector.ts';
import { submitForm } from '../support/forms.ts';
import {
  inAuditBucket,
  inRedis,
  inSlack,
  leaksIn,
  type TextByLocation,
  type Wiretap,
  wiretap,
} from '../support/leak-search.ts';
import * as planted from '../support/planted-secrets.ts';
import {
  click,
  command,
  ephemeralsTo,
  lead,
  otherLead,
  slackLedger,
  waitForButton,
  waitForRecovery,
  waitForText,
} from '../support/responder.ts';
import { runRelight } from '../support/run-relight.ts';
import { until } from '../support/until.ts';
import { createWorld, getJson, postJson, type World } from '../support/world.ts';

describe('more than 200 secrets planted in and around a training job and its recovery', () => {
  let world: World;
  let tap: Wiretap;
  let collector: Collector;

  afterEach(async () => {
    tap.close();
    await Promise.all([collector.close(), world.close()]);
  });

  it('appear in no message, file, form, Home tab, log, journal, vault, metric, span or terminal during a recovery, but AWS gets all of them', async (context) => {
    expect(new Set(planted.secrets).size).toBeGreaterThanOrEqual(200);
    world = await createWorld();
    [tap, collector] = await Promise.all([wiretap(world.slack.url), startCollector()]);
    const redisUrl = await passwordFor(world);
    await plant(world);
    const relight = await world.start('all', {
      redisUrl,
      slackUrl: `http://127.0.0.1:${tap.port}`,
      environment: { RELIGHT_LOG_LEVEL: 'trace', ...collector.environment },
    });
    await fail(world);

    await recover(world);

    const [launched] = await launches(world);
    expect(launched).toMatchObject({
      Environment: planted.inRequest.environment,
      HyperParameters: planted.inRequest.hyperParameters,
    });
    const port = /ready: role all, port (\d+)/.exec(relight.output())?.[1] ?? '';
    const found: TextByLocation = {
      'the calls to Slack': tap.heard(),
      'the spans': collector.text(),
      'its output at trace level': relight.output(),
      '/metrics': await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
      '/readyz': await (await fetch(`http://127.0.0.1:${port}/readyz`)).text(),
      ...(await inSlack(world)),
      ...(await inRedis(world.redis.client)),
      ...(await inAuditBucket(world)),
      ...(await onTheCommandLine({ ...world.environment(), REDIS_URL: redisUrl })),
    };
    // Make sure that the searched places really have content.
    expect(Object.keys(found).filter((place) => place.startsWith('vault '))).not.toHaveLength(0);
    expect(found['the calls to Slack']).toContain('[redacted]');
    expect(found['the spans']).toContain('CreateTrainingJob');
    expect(found['the calls to Slack']).toContain('WANDB_API_KEY');
    expect(JSON.stringify(found)).toMatch(/\[redacted:[0-9a-f]{64}\]/);
    expect(
      leaksIn({ 'the request that was launched': JSON.stringify(launched) }, planted.secrets).length,
    ).toBeGreaterThan(100);
    const leaks = leaksIn(found, planted.secrets);
    expect(leaks).toEqual([]);
    report(
      context,
      atMost(
        `T22: found of ${planted.secrets.length} secrets, in ${Object.keys(found).length} places`,
        leaks.length,
        0,
      ),
    );
  });
});

/** A Redis user whose password is one of the secrets. */
async function passwordFor({ redis }: World): Promise<string> {
  await redis.client.call(
    'ACL',
    'SETUSER',
    'relight',
    'on',
    `>${planted.redisPassword}`,
    '~*',
    '&*',
    '+@all',
  );
  return redis.url.replace('redis://', `redis://relight:${planted.redisPassword}@`);
}

const access = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

/** Starts the job; the S3 key of its data contains a secret. */
async function plant({ region }: World): Promise<void> {
  const s3 = new S3Client({ ...access, endpoint: region.url, forcePathStyle: true });
  const [, Bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(planted.trainingData) ?? [];
  await s3.send(new PutObjectCommand({ Bucket, Key: `${prefix}train.jsonl`, Body: planted.dataLines }));
  const sagemaker = new SageMakerClient({ ...access, endpoint: region.url });
  await sagemaker.send(new CreateTrainingJobCommand(planted.requestWithSecrets() as never));
  s3.destroy();
  sagemaker.destroy();
}

/** Fails the job once it has a checkpoint, and sends alarms and some unreadable messages about it. */
async function fail(world: World): Promise<void> {
  await until(async () => {
    const jobs = JSON.stringify(await getJson(`${world.region.url}/_sandbox/jobs`));
    return Number(new RegExp(`${planted.secretJob}.*?"step":(\\d+)`).exec(jobs)?.[1]) > 60;
  }, 'the job to have a checkpoint');
  const { failureReason: reason, logLines: says } = planted;
  await postJson(`${world.region.url}/_sandbox/fail`, {
    job: planted.secretJob,
    kind: 'crash',
    reason,
    says,
  });
  const sqs = new SQSClient({ ...access, endpoint: world.region.url });
  const alarm = {
    AlarmName: 'training-stalled',
    NewStateValue: 'ALARM',
    NewStateReason: planted.alarmReason,
    StateChangeTime: new Date().toISOString(),
    Trigger: { Dimensions: [{ name: 'TrainingJobName', value: planted.secretJob }] },
  };
  for (const MessageBody of [JSON.stringify(alarm), ...planted.deadLetters])
    await sqs.send(new SendMessageCommand({ QueueUrl: world.region.queueUrl, MessageBody }));
  sqs.destroy();
}

/** Opens every view and clicks every button along the way. */
async function recover(world: World): Promise<void> {
  const choose = await waitForButton(world, 'step-choice', 'Choose');
  await waitForText(world, 'step-logs', '[redacted]');
  await command(world, lead, `status ${planted.typed.command}`);
  await postJson(`${world.slack.url}/_sandbox/open-home`, { user: lead });
  await submitForm(world, lead, choose, { playbook: 'spot-interruption', why: planted.typed.why });
  const see = await waitForButton(world, 'step-resumed-2', 'See the request');
  await click(world, lead, see);
  await until(
    async () => JSON.stringify(await getJson(`${world.slack.url}/_sandbox/ledger`)).includes('The request'),
    'the request to open',
  );
  await click(world, otherLead, await waitForButton(world, 'step-resumed-2', 'Resume training'));
  await waitForRecovery(world);
  const document = await waitForButton(world, 'step-document-2', 'Document');
  await submitForm(world, lead, document, planted.typed.postmortem);
  await waitForText(world, 'step-postmortem-2', 'Postmortem written');
  const { messages, violations } = await slackLedger(world);
  const incident = messages.find(({ metadata }) => metadata !== undefined)?.metadata?.event_payload.incident;
  await command(world, lead, `status ${incident ?? ''}`);
  await until(async () => (await ephemeralsTo(world, lead)).length >= 4, 'the answers to the commands');
  expect(violations).toEqual([]);
}

async function onTheCommandLine(environment: Readonly<Record<string, string>>): Promise<TextByLocation> {
  const found: TextByLocation = {};
  for (const args of [
    ['diagnose', planted.secretJob],
    ['diagnose', planted.secretJob, '--json'],
    ['checkpoints', planted.secretJob],
    ['checkpoints', planted.secretJob, '--json'],
    ['data', 'validate', '--s3-uri', planted.trainingData, '--tier', 'gold'],
    ['data', 'validate', '--s3-uri', planted.trainingData, '--tier', 'gold', '--json'],
    ['alarms', 'dead'],
    ['alarms', 'dead', '--json'],
    ['config', 'check'],
    ['doctor'],
  ]) {
    const { out, err } = await runRelight(args, { ...environment, RELIGHT_LOG_LEVEL: 'trace' });
    found[`relight ${args.join(' ').replace(planted.trainingData, 'DATA')}`] = out + err;
  }
  return found;
}
