import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromOwnStart,
  recoveryTime,
  redoMinutes,
  withSteps,
} from '../../../src/incidents/estimates/estimate.ts';
import type { Pace } from '../../../src/ports/history/recovery-time.ts';

const start = { capacityMinutes: 6, provisioningMinutes: 4 };
const earlier = (recoveries: number): Pace['earlier'] => ({
  playbooks: { 'spot-interruption': { recoveries, medianMinutes: 20 } },
  changes: { 'resume-training': { recoveries, medianMinutes: 18 } },
});

describe('the estimated time to recovery', () => {
  it('comes from at least three earlier recoveries of the same kind', () => {
    const time = recoveryTime({ change: 'resume-training' }, true, { start, earlier: earlier(3) });
    expect(time).toEqual({ minutes: 18, basis: { from: 'earlier-recoveries', recoveries: 3 } });
  });

  it('comes from the start of the job itself while there are fewer', () => {
    const time = recoveryTime({ playbook: 'spot-interruption' }, true, {
      start,
      logEveryMinutes: 2,
      earlier: earlier(2),
    });
    expect(time).toEqual({
      minutes: 12,
      basis: { from: 'own-start', ...start, firstStepMinutes: 2 },
    });
  });

  it('waits for the status alone if the job logs no steps', () => {
    expect(fromOwnStart({ start })?.minutes).toBe(25);
  });

  it('is unknown for a kind without history that does more than launch a job', () => {
    expect(
      recoveryTime({ change: 'fix-training-data' }, false, { start, earlier: earlier(9) }),
    ).toBeUndefined();
  });

  it('is unknown for a job that never trained, and not mistaken for a property of every object', () => {
    expect(recoveryTime({ change: 'resume-training' }, true, {})).toBeUndefined();
    expect(recoveryTime({ change: 'constructor' }, true, { earlier: earlier(9) })).toBeUndefined();
  });

  it('is never negative', () => {
    const positive = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        positive,
        positive,
        fc.option(positive, { nil: undefined }),
        (capacity, provisioning, every) => {
          const time = fromOwnStart({
            start: { capacityMinutes: capacity, provisioningMinutes: provisioning },
            ...(every !== undefined && { logEveryMinutes: every }),
          });
          expect(time?.minutes).toBeGreaterThanOrEqual(capacity + provisioning);
        },
      ),
    );
  });
});

describe('the work that is lost', () => {
  const lost = { fromStep: 1_300, minutes: 30, rpoMinutes: 60 };

  it('counts the steps after the checkpoint', () => {
    const pace = { lastStep: 1_590, secondsPerStep: 6, logEveryMinutes: 1 };
    expect(withSteps(lost, pace)).toMatchObject({ steps: 290, redoMinutes: 30 });
  });

  it('counts by time if the checkpoint is numbered by epochs', () => {
    const pace = { lastStep: 9_000, secondsPerStep: 6, logEveryMinutes: 1 };
    expect(withSteps({ ...lost, fromStep: 3 }, pace)).toMatchObject({ steps: 300 });
  });

  it('counts no steps if the checkpoint may be numbered by epochs and the speed is unknown', () => {
    const epochs = { ...lost, fromStep: 3 };
    expect(withSteps(epochs, { lastStep: 1_590 })).toEqual({ ...epochs, redoMinutes: 30 });
  });

  it('is everything if the job starts over', () => {
    const pace = { lastStep: 1_590, secondsPerStep: 6 };
    expect(withSteps({ ...lost, fromStep: 0 }, pace)).toMatchObject({ steps: 1_590, redoMinutes: 159 });
  });

  it('never takes less time for more steps', () => {
    const number = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        number,
        fc.nat(),
        fc.nat(),
        fc.double({ min: 0.001, max: 1e4, noNaN: true }),
        (minutes, steps, more, rate) => {
          const few = redoMinutes(minutes, steps, rate);
          expect(few).toBeGreaterThanOrEqual(0);
          expect(redoMinutes(minutes, steps + more, rate)).toBeGreaterThanOrEqual(few);
        },
      ),
    );
  });
});
