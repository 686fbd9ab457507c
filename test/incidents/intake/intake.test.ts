import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FailureReport } from '../../../src/incidents/intake/failure-report.ts';
import { createIntake, type Intake } from '../../../src/incidents/intake/intake.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import { createLaunches, type Launches } from '../../../src/redis/launches.ts';
import { noHolds } from '../../support/no-ops.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const plan = { id: 'spot-interruption', steps: ['diagnosis', 'resumed'] };

function aReport(changes: Partial<FailureReport> = {}): FailureReport {
  return {
    job: 'srl-rlvr-gold-1',
    kind: 'spot_interruption',
    alarm: { source: 'sagemaker-event', name: 'Stopped', reason: '', at: 1_000 },
    plan,
    ...changes,
  };
}

describe('the intake of alarms', () => {
  let redis: TestRedis;
  let store: IncidentStore;
  let intake: Intake;
  let launches: Launches;
  let now = 2_000;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    now = 2_000;
    store = createIncidentStore(redis.client, chain, { now: () => now });
    const tierOf = (job: string) =>
      job.startsWith('srl-rlvr-gold') ? { name: 'gold', rtoMinutes: 60, rpoMinutes: 30 } : undefined;
    launches = createLaunches(redis.client);
    const { incidentOf } = launches;
    intake = createIntake({ incidentOf, store, region: 'us-east-1', tierOf, holds: noHolds });
  });

  it('opens one incident for a failure that arrives by two paths, twice by one of them', async () => {
    const byAlarm = aReport({
      alarm: { source: 'cloudwatch-alarm', name: 'TrainingJobInterrupted', reason: '', at: 1_100 },
    });
    const outcomes = await Promise.all([aReport(), aReport(), byAlarm, aReport()].map(intake));

    expect(new Set(outcomes.map(({ incident }) => incident.id)).size).toBe(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'opened')).toHaveLength(1);
    const { alarms } = await store.load(outcomes[0]?.incident.id ?? '');
    expect(alarms.map(({ source }) => source).toSorted()).toEqual(['cloudwatch-alarm', 'sagemaker-event']);
  });

  it('records a late repeat in the closed incident and opens a new one for a new failure of the same job', async () => {
    const { incident } = await intake(aReport());
    await store.transact(incident.id, () => ({
      events: [{ type: 'closed', why: 'recovered' }],
      answer: null,
    }));

    const repeat = await intake(aReport());
    now = 10_000;
    const fresh = await intake(aReport({ alarm: { ...aReport().alarm, at: 9_000 } }));

    expect(repeat).toMatchObject({ outcome: 'known', incident: { id: incident.id } });
    expect(fresh.outcome).toBe('opened');
    expect(fresh.incident.id).not.toBe(incident.id);
  });

  it('starts the clock at the failure, not at the arrival of the alarm', async () => {
    const { incident } = await intake(aReport());

    expect(incident).toMatchObject({ failedAt: 1_000, openedAt: 2_000 });
  });

  it('rejects a job that no tier covers, with the remedy', async () => {
    await expect(intake(aReport({ job: 'experiment-7' }))).rejects.toMatchObject({
      code: 'job-unmatched',
      line: expect.stringContaining('under `tiers` in relight.yaml'),
    });
  });

  describe('for a job that Relight launched', () => {
    const launched = 'srl-rlvr-gold-1-r1-0123456789abcdef';
    const again = aReport({
      job: launched,
      kind: 'oom_gpu',
      alarm: { ...aReport().alarm, at: 3_000 },
      plan: { id: 'out-of-memory', steps: ['diagnosis', 'retried'] },
    });
    let id: string;

    beforeEach(async () => {
      ({
        incident: { id },
      } = await intake(aReport()));
      await launches.note(launched, id);
    });

    it('continues in the incident that launched it, with the playbook for the new failure', async () => {
      await store.transact(id, () => ({
        events: [{ type: 'step-progress', step: 'diagnosis', attempt: 1, note: 'looking' }],
        answer: null,
      }));

      const { incident, outcome } = await intake(again);

      expect({ outcome, id: incident.id }).toEqual({ outcome: 'joined', id });
      expect(incident).toMatchObject({
        job: 'srl-rlvr-gold-1',
        subject: launched,
        kind: 'oom_gpu',
        playbook: 'out-of-memory',
        pinned: ['diagnosis-2', 'retried-2'],
        states: { diagnosis: { status: 'skipped', reason: 'another playbook took over' } },
      });
      expect((await intake(again)).outcome).toBe('known');
    });

    it('continues there even if the failure comes in the same second with the same text', async () => {
      const alarm = { ...aReport().alarm, at: 1_500 };
      const { outcome } = await intake({ ...again, alarm });

      expect(outcome).toBe('joined');
      expect((await store.load(id)).subject).toBe(launched);
    });

    it('leaves no step of the old playbook that looks active, even one without events', async () => {
      const { incident } = await intake(again);

      expect(incident.states).toMatchObject({
        diagnosis: { status: 'skipped', reason: 'another playbook took over' },
      });
    });

    it('only records a missing checkpoint of a running job: that is a warning, not a second failure', async () => {
      const warned = aReport({
        job: launched,
        kind: 'checkpoints_stopped',
        alarm: { source: 'rpo-watch', name: 'Checkpoints stopped', reason: '', at: 3_000 },
        plan: { id: 'checkpoints-stopped', steps: ['checkpointing'] },
      });

      expect((await intake(warned)).incident).toMatchObject({
        subject: 'srl-rlvr-gold-1',
        playbook: 'spot-interruption',
        alarms: [{}, { source: 'rpo-watch' }],
      });
    });

    it('only records an alarm: the cause comes from SageMaker itself', async () => {
      const alarm = {
        source: 'cloudwatch-alarm',
        name: 'TrainingJobInterrupted',
        reason: '',
        at: 2_900,
      } as const;

      expect((await intake({ ...again, alarm })).incident).toMatchObject({
        subject: 'srl-rlvr-gold-1',
        playbook: 'spot-interruption',
        alarms: [{}, { source: 'cloudwatch-alarm', job: launched }],
      });
      expect((await intake(again)).incident).toMatchObject({ subject: launched, playbook: 'out-of-memory' });
    });

    it('only records the failure while a change is in progress, which must end first', async () => {
      const proposal = { headline: '', request: {}, differences: [], warnings: [] };
      const step = { step: 'diagnosis', attempt: 1, hash: 'a1' } as const;
      const by = { user: 'U0LEAD', via: 'button' } as const;
      for (const event of [
        { type: 'step-proposed', ...step, proposal, role: 'lead', needs: 1 },
        { type: 'step-approved', ...step, by },
        { type: 'step-begun', ...step },
      ] as const)
        await store.transact(id, () => ({ events: [event], answer: null }));

      const { incident } = await intake(again);

      expect(incident).toMatchObject({ subject: 'srl-rlvr-gold-1', playbook: 'spot-interruption' });
      expect(incident.alarms).toHaveLength(2);
    });
  });
});
