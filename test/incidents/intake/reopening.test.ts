import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { card } from '../../../src/bot/views/card/card.ts';
import type { FailureReport } from '../../../src/incidents/intake/failure-report.ts';
import { createIntake, type Intake } from '../../../src/incidents/intake/intake.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import { rtoClock } from '../../../src/incidents/model/clock.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { createLaunches } from '../../../src/redis/launches.ts';
import { noHolds } from '../../support/no-ops.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const minute = 60_000;
const job = 'srl-rlvr-gold-1';
const launched = 'srl-rlvr-gold-1-r1-0123456789abcdef';
const endpoint = 'srl-rlvr-gold-endpoint';
const by = { user: 'U0LEAD', via: 'button' } as const;
const failedAt = 1_000 * minute;
const recoveredAt = failedAt + 20 * minute;

describe('an incident whose recovery did not last', () => {
  let redis: TestRedis;
  let store: IncidentStore;
  let intake: Intake;
  let now = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    now = failedAt + minute;
    store = createIncidentStore(redis.client, chain, { now: () => now });
    const { incidentOf } = createLaunches(redis.client);
    const tierOf = () => ({ name: 'gold', rtoMinutes: 60, rpoMinutes: 30 });
    intake = createIntake({ incidentOf, store, region: 'us-east-1', tierOf, holds: noHolds });
  });

  it('is reopened with its own clock when the job that it launched fails again, and its card counts the attempt', async () => {
    const id = await recovered();
    now = recoveredAt + 10 * minute;

    const { incident, outcome } = await intake(failed(launched, now - minute));

    expect({ outcome, id: incident.id }).toEqual({ outcome: 'joined', id });
    expect(incident).toMatchObject({
      failedAt,
      subject: launched,
      kind: 'oom_gpu',
      playbook: 'out-of-memory',
      pinned: ['diagnosis-2', 'retried-2'],
      attempts: [{ job: launched, recovered: { at: recoveredAt } }],
    });
    expect(incident.recovered).toBeUndefined();
    expect(rtoClock(incident, now)).toMatchObject({ stopped: false, minutesLeft: 30 });
    const shown = JSON.stringify(card(incident, undefined, now));
    expect(shown).toContain('GPU out of memory (attempt 2)');
    expect(shown).toContain('Attempt 1: it trains from step 1,300');
    expect(shown).not.toContain('🟢');
    expect((await intake(failed(launched, now - minute))).outcome).toBe('known');
  });

  it('is reopened even after its postmortem and close, and is listed as open again', async () => {
    const id = await recovered();
    await record(id, { type: 'closed', why: 'training was recovered' });
    now = recoveredAt + 60 * minute;

    const { incident } = await intake(failed(launched, now));

    expect(incident).toMatchObject({ id, failedAt, subject: launched });
    expect(incident.closed).toBeUndefined();
    expect(await store.ids('open')).toEqual([id]);
  });

  it('is reopened by the end of its job even if that came before training was seen', async () => {
    await recovered();

    const { incident } = await intake(failed(launched, recoveredAt - minute));

    expect(incident.attempts).toHaveLength(1);
  });

  it('is not reopened when the launched job fails after more than a day: that is a new failure', async () => {
    const id = await recovered();
    now = recoveredAt + 25 * 60 * minute;

    const { incident, outcome } = await intake(failed(launched, now));

    expect(outcome).toBe('opened');
    expect(incident.id).not.toBe(id);
    expect((await store.load(id)).recovered).toBeDefined();
  });

  it('is not reopened by an alarm from before the recovery', async () => {
    const id = await recovered();

    expect((await intake(failed(job, recoveredAt - minute))).incident.id).toBe(id);
    expect((await store.load(id)).recovered).toBeDefined();
  });

  it('is reopened by a second alarm about the endpoint that was restored', async () => {
    const { incident: first } = await intake(alarm('ModelPerformance-1', failedAt));
    await record(first.id, { type: 'recovered', how: `${endpoint} serves version 3 again` });
    now = recoveredAt + 30 * minute;

    const { incident, outcome } = await intake(alarm('ModelPerformance-2', now));

    expect({ outcome, id: incident.id }).toEqual({ outcome: 'joined', id: first.id });
    expect(incident).toMatchObject({
      failedAt,
      playbook: 'model-degradation',
      pinned: ['served-2'],
      attempts: [{ job: endpoint }],
    });
    expect(JSON.stringify(card(incident, undefined, now))).toContain('model quality degraded (attempt 2)');
  });

  it('attributes an alarm about a replaced job to the job that replaced it', async () => {
    await recovered();
    now = recoveredAt + 5 * minute;

    const { incident } = await intake({
      ...failed(job, now),
      alarm: { source: 'cloudwatch-alarm', name: 'TrainingJobInterrupted', reason: '', at: now },
    });

    expect(incident).toMatchObject({ subject: launched, attempts: [{ job: launched }] });
  });

  it('with many jobs stays recovered when a report from before the recovery arrives late', async () => {
    const onBoard = { type: 'job-joined', job, tier: 'gold', kind: 'internal', at: failedAt } as const;
    await recovered(onBoard);
    now = recoveredAt + minute;

    const { incident } = await intake(failed(launched, recoveredAt - minute));

    expect(incident).toMatchObject({ recovered: { at: recoveredAt }, attempts: [] });
  });

  async function recovered(...before: readonly IncidentEvent[]): Promise<string> {
    const { incident } = await intake({
      job,
      kind: 'spot_interruption',
      alarm: { source: 'sagemaker-event', name: 'Stopped / MaxWaitTimeExceeded', reason: '', at: failedAt },
      plan: { id: 'spot-interruption', steps: ['resumed'] },
    });
    await createLaunches(redis.client).note(launched, incident.id);
    const step = { step: 'resumed', attempt: 1, hash: 'a1' } as const;
    const proposal = { headline: '', request: { TrainingJobName: launched }, differences: [], warnings: [] };
    await record(
      incident.id,
      ...before,
      { type: 'step-proposed', ...step, proposal, role: 'lead', needs: 1 },
      { type: 'step-approved', ...step, by },
      { type: 'step-begun', ...step },
      { type: 'step-done', step: 'resumed', attempt: 1, result: {} },
    );
    now = recoveredAt;
    await record(incident.id, { type: 'recovered', how: 'it trains from step 1,300' });
    return incident.id;
  }

  async function record(id: string, ...events: readonly IncidentEvent[]): Promise<void> {
    await store.transact(id, () => ({ events, answer: undefined }));
  }
});

function failed(name: string, at: number): FailureReport {
  return {
    job: name,
    kind: 'oom_gpu',
    alarm: { source: 'sagemaker-event', name: 'Failed / Failed', reason: 'AlgorithmError', at },
    plan: { id: 'out-of-memory', steps: ['diagnosis', 'retried'] },
  };
}

function alarm(name: string, at: number): FailureReport {
  return {
    job: endpoint,
    kind: 'model_degraded',
    alarm: { source: 'cloudwatch-alarm', name, reason: 'Threshold Crossed', at },
    plan: { id: 'model-degradation', steps: ['served'] },
  };
}
