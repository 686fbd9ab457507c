import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rpoStatus } from '../../../src/alarms/watch/rpo.ts';
import type { CompleteCheckpoint } from '../../../src/checkpoints/grading/newest-complete.ts';
import { trainingSince } from '../../support/a-running-job.ts';
import { ended, minute } from '../../support/a-training-run.ts';

it('every check of one gap raises the same alarm, and a safe job can miss its RPO only later', () => {
  const minutes = fc.integer({ min: 0, max: 600 });
  fc.assert(
    fc.property(
      minutes,
      fc.option(minutes),
      minutes,
      fc.integer({ min: 1, max: 240 }),
      (start, wrote, at, rpo) => {
        const job = trainingSince(-start);
        const newest: CompleteCheckpoint | undefined =
          wrote === null
            ? undefined
            : { uri: 's3://bucket/checkpoint-1/', step: 1, committedAt: ended + wrote * minute };
        const safe = Math.max(start, wrote ?? start);
        const now = ended + (safe + at) * minute;
        const verdict = rpoStatus(job, newest, rpo, now);
        if ('alarm' in verdict) {
          expect(verdict.alarm.at).toBe(ended + (safe + rpo) * minute);
          expect(now).toBeGreaterThan(verdict.alarm.at);
        }
        if ('safe' in verdict) expect((newest?.committedAt ?? 0) + rpo * minute).toBeGreaterThan(now);
        expect('alarm' in verdict).toBe(at > rpo + Math.max(2, rpo / 5));
      },
    ),
  );
});
