import { describe, expect, it } from 'vitest';
import { restartBySageMaker } from '../../src/diagnosis/wait-for-sagemaker.ts';
import { aJob } from '../support/fake-training.ts';

const minute = 60_000;
const now = Date.UTC(2026, 10, 30, 3, 14);

describe('a spot job that SageMaker finds no capacity for', () => {
  const waiting = (...transitions: readonly { status: string; startedAt: number }[]) =>
    aJob({ status: 'InProgress', secondaryStatus: 'Starting', transitions: [...transitions] });
  const judged = (job: ReturnType<typeof aJob>, failedAt: number) =>
    restartBySageMaker(job, { failedAt, rtoMinutes: 60 }, now);

  it('has waited since its interruption, however late the news of it came', () => {
    const job = waiting(
      { status: 'Training', startedAt: now - 120 * minute },
      { status: 'Interrupted', startedAt: now - 31 * minute },
      { status: 'Starting', startedAt: now - minute },
    );

    expect(judged(job, now - minute)).toMatchObject({
      strategy: 'resume_elsewhere',
      why: 'SageMaker has found no capacity for 31 min, and the RTO is 60 min',
    });
  });

  it('has not waited since an interruption after which it trained again', () => {
    const job = waiting(
      { status: 'Interrupted', startedAt: now - 300 * minute },
      { status: 'Training', startedAt: now - 280 * minute },
      { status: 'Interrupted', startedAt: now - 2 * minute },
      { status: 'Starting', startedAt: now - minute },
    );

    expect(judged(job, now - minute)).toMatchObject({
      note: 'InProgress / Starting for 1 min: SageMaker is restarting it automatically, so Relight waits',
    });
  });
});
