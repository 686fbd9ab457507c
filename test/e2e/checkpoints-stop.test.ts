import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRpoWatch, type RpoWatch } from '../../src/alarms/watch/rpo-watch.ts';
import { type Clients, createClients } from '../../src/aws/clients.ts';
import { createCheckpoints } from '../../src/aws/s3/checkpoints.ts';
import { createRegion } from '../../src/aws/training/region.ts';
import { createTraining } from '../../src/aws/training/training.ts';
import { newestComplete } from '../../src/checkpoints/grading/newest-complete.ts';
import { createIntake } from '../../src/incidents/intake/intake.ts';
import { createWarnings } from '../../src/incidents/intake/warnings.ts';
import { createIncidentStore } from '../../src/incidents/journal/store.ts';
import { loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { createProducer } from '../../src/queue/producer.ts';
import { createAdvance } from '../../src/queue/steps/advance.ts';
import { createLaunches } from '../../src/redis/launches.ts';
import { createUnreadableLooks } from '../../src/redis/unreadable-looks.ts';
import { awsLedger, failJob } from '../support/aws-ledger.ts';
import { manyAttempts } from '../support/no-budget.ts';
import { noHolds } from '../support/no-ops.ts';
import { chain, payloads } from '../support/proofs.ts';
import { slackLedger, visibleText, waitForButton, waitForText } from '../support/responder.ts';
import { createWorld, getJson, type World } from '../support/world.ts';

/** This job has trained for 40 minutes without a checkpoint when the sandbox starts; the RPO of its tier is 30. */
const silverJob = 'srl-rlvr-silver-20251103';

let world: World;
let clients: Clients;

beforeEach(async () => {
  // Slow enough that the job does not save its first checkpoint before its uploads to S3 stop.
  world = await createWorld({ speed: 20 });
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ENDPOINT_URL', world.region.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  clients = createClients({ pathStyle: true });
});
afterEach(async () => {
  clients.close();
  vi.unstubAllEnvs();
  await world.close();
});

/** The watch as in a worker, with this world's Redis and region. */
async function watchOf(
  redis: World['redis']['client'],
): Promise<RpoWatch & { readonly close: () => Promise<void> }> {
  const clock = { now: () => Date.now() };
  const log = pino({ level: 'silent' });
  const catalog = await loadCatalog([shippedCatalog]);
  const store = createIncidentStore(redis, chain, clock);
  const producer = createProducer(redis, log, payloads);
  const advance = createAdvance({
    budgetOf: manyAttempts,
    store,
    catalog,
    clock,
    producer,
    enqueue: producer.step,
  });
  const tier = { name: 'silver', rank: 1, rtoMinutes: 120, rpoMinutes: 30 };
  const tierOf = (job: string) => (job.startsWith('srl-rlvr-silver-') ? tier : undefined);
  const { incidentOf } = createLaunches(redis);
  const intake = createIntake({ store, region: 'us-east-1', tierOf, incidentOf, holds: noHolds });
  const { id, playbook } = catalog.handling('checkpoints_stopped') ?? {};
  if (id === undefined || playbook === undefined) throw new Error('no playbook for checkpoints_stopped');
  const checkpoints = createCheckpoints(clients.s3, log);
  const watch = createRpoWatch({
    tierOf,
    runningJobs: () => createRegion(clients, tierOf).running(1_000),
    describe: createTraining(clients.sagemaker, log).describe,
    newest: async (job, known) =>
      (await newestComplete(job, { checkpoints, now: clock.now(), known })).complete,
    report: async (report) => {
      const { incident } = await intake({
        ...report,
        plan: { id, steps: playbook.steps.map(({ key }) => key) },
      });
      await advance(incident.id);
    },
    warnings: createWarnings({ store, advance }),
    unreadable: createUnreadableLooks(redis),
    now: clock.now,
    log,
  });
  return { ...watch, close: producer.close };
}

it('a job whose checkpoints stop arriving gets a thread before it fails, and the failure continues in that thread', async () => {
  await failJob(world, silverJob, 'checkpoints-stop');
  await world.start('all');
  const watch = await watchOf(world.redis.client);

  await watch.check();
  const { message } = await waitForButton(world, 'step-decision', 'Decide');

  await watch.check();
  const [card, ...more] = (await slackLedger(world)).messages.filter((one) => one.thread_ts === undefined);
  expect(more).toEqual([]);
  expect(card?.text).toContain(`${silverJob}: no recent checkpoint`);
  expect(visibleText(card)).toMatch(/Checkpoints stopped, no complete checkpoint in 4\d min of training/);
  expect(await waitForText(world, 'step-checkpointing', 'lost')).toMatch(
    /No complete checkpoint for 4\d min: that much training will be lost if it fails now/,
  );
  expect(await getJson(`${world.region.url}/_sandbox/jobs`)).toContainEqual(
    expect.objectContaining({ name: silverJob, status: 'InProgress', secondary: 'Training' }),
  );

  await failJob(world, silverJob, 'internal');
  const diagnosis = await waitForText(world, 'step-diagnosis-2', 'SageMaker had an internal error');
  await watch.close();

  expect(diagnosis).toContain('Resume after a spot interruption');
  // The RTO clock starts at the failure, not at the warning ten minutes earlier.
  expect(await waitForText(world, 'card', 'Diagnosis: SageMaker had')).toMatch(/over 1 h 5\d min left/);
  const { messages, violations } = await slackLedger(world);
  expect(messages.filter((one) => one.thread_ts === undefined)).toHaveLength(1);
  expect(messages.find(({ metadata }) => metadata?.event_payload.key === 'step-diagnosis-2')).toMatchObject({
    thread_ts: message.thread_ts,
  });
  expect(violations).toEqual([]);
  expect((await awsLedger(world)).calls.filter(({ service }) => service === 'sagemaker')).toEqual([]);
});
