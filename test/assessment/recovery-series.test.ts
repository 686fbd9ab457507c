import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FailedJob,
  inRecoveryOrder,
  nextInSeries,
  recoverySeries,
  relaunchHelps,
} from '../../src/assessment/recovery-series.ts';

function failed(job: string, rank: number, createdAt: number, changes: Partial<FailedJob> = {}): FailedJob {
  return {
    job,
    tier: ['gold', 'silver', 'bronze'][rank] ?? '',
    rank,
    rpoMinutes: 30,
    createdAt,
    trainedUntil: createdAt,
    kind: 'internal',
    evidence: '',
    relaunch: true,
    ...changes,
  };
}

const gold = failed('gold', 0, 1);
const newerGold = failed('newer-gold', 0, 2);
const silver = failed('silver', 1, 9);
const bronze = failed('bronze', 2, 9);

describe('a series of recoveries', () => {
  it('is ordered by tier, newest first within a tier', () => {
    expect(recoverySeries([bronze, gold, silver, newerGold])).toEqual([newerGold, gold, silver, bronze]);
  });

  it('excludes a job that would fail the same way', () => {
    const broken = failed('broken', 0, 3, { relaunch: { not: 'its code must be corrected' } });
    expect(recoverySeries([broken, gold])).toEqual([gold]);
  });

  it.each([
    ['spot_interruption', true],
    ['capacity', true],
    ['hardware', true],
    ['time_limit', true],
  ] as const)('takes a job that ended by %s', (kind, helps) => {
    expect(relaunchHelps(kind, {})).toBe(helps);
    expect(relaunchHelps(kind, { checkpointUri: 's3://b/c/' })).toBe(helps);
  });

  it.each([
    'oom_gpu',
    'data',
    'permission',
    'user_stopped',
    'code_error',
    'bad_checkpoint',
    'unknown',
  ] as const)('takes no job that ended by %s, and says why', (kind) => {
    expect(relaunchHelps(kind, { checkpointUri: 's3://b/c/' })).toEqual({ not: expect.any(String) });
  });

  it('returns the first job that is not done, and those after it', () => {
    const series = [newerGold, gold, silver];
    expect(nextInSeries(series, [{ job: 'newer-gold' }])).toEqual({ next: gold, after: [silver] });
  });

  it('skips a job that has been replaced in the meantime', () => {
    expect(nextInSeries([gold, silver], [], new Set(['gold']))).toEqual({ next: silver, after: [] });
  });

  it('stops at the first new job that failed again', () => {
    expect(nextInSeries([gold, silver], [{ job: 'gold', failed: 'AccessDenied' }])).toEqual({
      over: 'the series stops: gold failed again (AccessDenied)',
    });
  });

  it('ends when no job is left', () => {
    expect(nextInSeries([gold], [{ job: 'gold' }])).toEqual({ over: 'no job is left to recover' });
  });
});

const anyJob = fc
  .tuple(fc.uuid(), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 9 }), fc.boolean())
  .map(([job, rank, at, helps]) => failed(job, rank, at, { relaunch: helps || { not: 'no' } }));

describe('for any failures, a series', () => {
  it('recovers every job that a relaunch helps once, and never a lower tier before a higher one', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { maxLength: 12 }), (jobs) => {
        const series = recoverySeries(jobs);
        const done: { job: string }[] = [];
        const ranks: number[] = [];
        for (let turn = 0; turn <= jobs.length; turn += 1) {
          const step = nextInSeries(series, done);
          if ('over' in step) break;
          ranks.push(step.next.rank);
          done.push({ job: step.next.job });
        }
        const wanted = jobs.filter(({ relaunch }) => relaunch === true).map(({ job }) => job);
        expect(done.map(({ job }) => job).toSorted()).toEqual(wanted.toSorted());
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      }),
    );
  });

  it('has an order that does not depend on the order of the listing', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { maxLength: 12 }), (jobs) => {
        expect(inRecoveryOrder(jobs.toReversed())).toEqual(inRecoveryOrder(jobs));
      }),
    );
  });
});
