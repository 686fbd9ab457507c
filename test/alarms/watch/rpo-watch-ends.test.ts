import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { diagnoseFailure } from '../../../src/playbooks/actions/diagnose-failure.ts';
import { loadCatalog, shippedCatalog } from '../../../src/playbooks/catalog.ts';
import { createAdvance } from '../../../src/queue/steps/advance.ts';
import { trainingSince } from '../../support/a-running-job.ts';
import { ended, minute, putCheckpoint } from '../../support/a-training-run.ts';
import type { FakePorts } from '../../support/fake-ports.ts';
import { manyAttempts } from '../../support/no-budget.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { gold, type WatchUnderTest, watchedPorts, watchOver } from '../a-watch.ts';

let redis: TestRedis;
let ports: FakePorts;
let over: WatchUnderTest;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => redis.close());
beforeEach(async () => {
  await redis.client.flushall();
  ports = watchedPorts();
  over = watchOver(ports, redis);
});

const brokenAt = ended;

describe('the RPO watch, when a checkpoint arrives again,', () => {
  beforeEach(async () => {
    await over.lookAt(37);
    putCheckpoint(ports.checkpoints, 1350, -10);
  });

  it('auto-closes an incident that nobody has started on, with the reason', async () => {
    await over.lookAt(42);

    const [incident] = await over.incidents();
    expect(incident).toMatchObject({
      recovered: { how: 'checkpoint-1350 of 03:24 UTC is complete' },
      closed: { why: 'checkpoint-1350 of 03:24 UTC is complete' },
    });
  });

  it('opens a new incident for the next gap', async () => {
    await over.lookAt(42);
    await over.lookAt(40 + 37);

    const incidents = await over.incidents();
    expect(incidents).toHaveLength(2);
    expect(incidents.filter(({ closed }) => closed === undefined)).toMatchObject([
      { failedAt: brokenAt + 40 * minute },
    ]);
  });

  it('leaves an incident open that a person has started on', async () => {
    const [warning] = await over.incidents();
    await over.store.transact(warning?.id ?? '', () => ({
      events: [
        {
          type: 'step-answered',
          step: 'decision',
          attempt: 1,
          by: { user: 'U0LEAD', via: 'form' },
          answers: { choice: 'leave it and watch on' },
        },
      ],
      answer: undefined,
    }));
    await over.lookAt(42);

    expect((await over.store.load(warning?.id ?? '')).closed).toBeUndefined();
  });
});

describe('the RPO watch, when the job ends,', () => {
  const failure = {
    job: gold,
    kind: 'internal',
    alarm: { source: 'sagemaker-event', name: 'Failed', reason: '', at: brokenAt + 60 * minute },
    plan: { id: 'spot-interruption', steps: ['diagnosis', 'resumed'] },
  } as const;

  it('closes an incident that nobody has started on if the job completed', async () => {
    await over.lookAt(37);
    ports.training.put(
      trainingSince(240, { status: 'Completed', secondaryStatus: 'Completed', endedAt: ended }),
    );
    await over.lookAt(42);

    expect(await over.incidents()).toMatchObject([{ closed: { why: 'the job completed' } }]);
  });

  it('hands over to the playbook for the failure in the same thread, with its own clock, if the job failed', async () => {
    await over.lookAt(37);
    await over.intake(failure);
    await over.intake(failure);

    expect(await over.incidents()).toMatchObject([
      {
        kind: 'internal',
        playbook: 'spot-interruption',
        failedAt: failure.alarm.at,
        earlier: [{ playbook: 'checkpoints-stopped' }],
        alarms: [{ source: 'rpo-watch' }, { source: 'sagemaker-event' }],
      },
    ]);
  });

  it('hands over after the diagnosis if the job failed without an event, with the clock of the failure', async () => {
    await over.lookAt(37);
    const [{ id }] = (await over.incidents()) as [Incident];
    const failedAt = brokenAt + 60 * minute;
    const skipped = ['checkpointing', 'logs', 'metrics', 'decision', 'watched'];
    const diagnosis = diagnoseFailure.output.parse({
      kind: 'internal',
      strategy: 'resume_from_checkpoint',
      why: '',
      evidence: [],
      confidence: 'high',
      jobStatus: 'Failed',
      secondaryStatus: 'Failed',
      interruptions: 0,
      endedAt: failedAt,
    });
    await over.store.transact(id, () => ({
      events: [
        ...skipped.map((step) => ({ type: 'step-skipped' as const, step, reason: '' })),
        { type: 'step-done', step: 'diagnosis', attempt: 1, result: diagnosis },
      ],
      answer: undefined,
    }));

    const catalog = await loadCatalog([shippedCatalog]);
    const nothing = async () => undefined;
    await createAdvance({
      budgetOf: manyAttempts,
      store: over.store,
      catalog,
      clock: { now: () => Date.now() },
      producer: { deliver: nothing, wake: nothing },
      enqueue: nothing,
    })(id);

    expect(await over.incidents()).toMatchObject([
      { kind: 'internal', playbook: 'spot-interruption', failedAt },
    ]);
  });

  it('starts nothing for an alarm from before the gap', async () => {
    await over.lookAt(37);
    await over.intake({ ...failure, alarm: { ...failure.alarm, at: brokenAt - minute } });

    expect(await over.incidents()).toMatchObject([{ playbook: 'checkpoints-stopped', failedAt: brokenAt }]);
  });

  it('opens a new incident if the job fails after it was out of danger, even if the first one is not documented yet', async () => {
    await over.lookAt(37);
    const [warning] = await over.incidents();
    await over.store.transact(warning?.id ?? '', () => ({
      events: [{ type: 'recovered', how: 'again' }],
      answer: undefined,
    }));
    ports.time.now = failure.alarm.at + minute;
    await over.intake(failure);

    expect(await over.incidents()).toMatchObject([
      { kind: 'internal' },
      { id: warning?.id, kind: 'checkpoints_stopped' },
    ]);
  });
});
