import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonCause, type SeenJob } from '../../src/assessment/common-cause.ts';
import { type Trait, traitsOf } from '../../src/assessment/traits.ts';

const minute = 60_000;
const type = (value: string): Trait => ({ kind: 'instance type', value });
const role = (value: string): Trait => ({ kind: 'role', value });
const data = (value: string): Trait => ({ kind: 'training data', value });

function jobs(failed: boolean, ...each: readonly (readonly Trait[])[]): SeenJob[] {
  return each.map((traits, index) => ({ job: `${failed}-${index}`, failed, traits }));
}

function suspected(seen: readonly SeenJob[]): string[] {
  return commonCause(seen).suspects.map(({ kind, value }) => `${kind} ${value}`);
}

describe('the likely common cause', () => {
  it('is a trait that the failed jobs have and the healthy ones do not, with counts', () => {
    const p5 = [type('ml.p5'), role('trainer')];
    const g5 = [type('ml.g5'), role('trainer')];

    expect(commonCause([...jobs(true, p5, p5, p5), ...jobs(false, g5, g5, g5, g5)])).toMatchObject({
      failed: 3,
      healthy: 4,
      suspects: [{ kind: 'instance type', value: 'ml.p5', failedWith: 3, healthyWith: 0 }],
    });
  });

  it('may occur in a few healthy jobs, and need not explain every failure', () => {
    const bad = [role('old-role')];
    const good = [role('new-role')];
    const seen = [
      ...jobs(true, bad, bad, bad, bad, bad, good),
      ...jobs(false, good, good, good, good, good, good, good, good, bad),
    ];
    expect(suspected(seen)).toEqual(['role old-role']);
  });

  it('is unknown if all jobs have failed: what they share is no evidence', () => {
    const same = [type('ml.p5'), role('trainer')];
    expect(suspected(jobs(true, same, same, same, same))).toEqual([]);
  });

  it('is unknown for two failures and three healthy jobs: that happens by chance in one of ten cases', () => {
    const seen = [
      ...jobs(true, [role('a')], [role('a')]),
      ...jobs(false, [role('b')], [role('b')], [role('b')]),
    ];
    expect(suspected(seen)).toEqual([]);
  });

  it('is not a trait of only half of the failures, however rare it is elsewhere', () => {
    const [bad, good] = [[role('old-role')], [role('new-role')]];
    const healthy = jobs(false, ...Array.from({ length: 20 }, () => good));
    expect(suspected([...jobs(true, bad, bad, bad, good, good, good), ...healthy])).toEqual([]);
    expect(suspected([...jobs(true, bad, bad, bad, bad, good, good), ...healthy])).toEqual(['role old-role']);
  });

  it('is unknown for a single failure, however many healthy jobs differ from it', () => {
    const healthy = jobs(false, ...Array.from({ length: 40 }, () => [role('b')]));
    expect(suspected([...jobs(true, [role('a')]), ...healthy])).toEqual([]);
    expect(suspected([...jobs(true, [role('a')], [role('a')]), ...healthy])).toEqual(['role a']);
  });

  it('is several traits if they cannot be told apart', () => {
    const bad = [type('ml.p5'), role('old-role')];
    const good = [type('ml.g5'), role('new-role')];
    expect(suspected([...jobs(true, bad, bad, bad), ...jobs(false, good, good, good)])).toEqual([
      'instance type ml.p5',
      'role old-role',
    ]);
  });

  it('is the innermost folder that all failed jobs read, and not its parents', () => {
    const reading = (uri: `s3://${string}`): Trait[] =>
      traitsOf({ inputs: [{ name: 'train', uri, type: 'S3Prefix' }] });
    const seen = [
      ...jobs(
        true,
        reading('s3://b/new/gold/x.jsonl'),
        reading('s3://b/new/gold/y/'),
        reading('s3://b/new/gold/'),
      ),
      ...jobs(false, reading('s3://b/old/x'), reading('s3://b/old/y'), reading('s3://b/old/z')),
    ];
    expect(suspected(seen)).toEqual(['training data s3://b/new/gold/']);
  });

  it('is not hidden by jobs that completed before the first failure', () => {
    const same = [type('ml.p5'), role('trainer')];
    const failed = jobs(true, same, same, same, same).map((job) => ({ ...job, failedAt: 600 * minute }));
    const before = jobs(false, same, same, same).map((job) => ({ ...job, endedAt: 60 * minute }));
    const spared = jobs(false, [type('ml.g5')], [type('ml.g5')], [type('ml.g5')]);
    expect(suspected([...failed, ...before, ...spared])).toContain('instance type ml.p5');
  });

  it('includes the 15 minutes in which most of the jobs failed', () => {
    const at = (failedAt: number): SeenJob => ({ job: `${failedAt}`, failed: true, failedAt, traits: [] });
    expect(commonCause([0, 3, 9, 300].map((m) => at(m * minute))).window).toEqual({
      from: 0,
      to: 9 * minute,
      jobs: 3,
    });
    expect(commonCause([0, 20, 40].map((m) => at(m * minute))).window).toBeUndefined();
    expect(commonCause([at(0)]).window).toBeUndefined();
  });
});

const trait = fc.oneof(
  fc.constantFrom('ml.p5', 'ml.g5', 'ml.p4d').map(type),
  fc.constantFrom('a', 'b').map(role),
  fc.constantFrom('s3://b/', 's3://b/x/', 's3://b/y/').map(data),
);
const seenJob = fc.record({
  job: fc.string(),
  failed: fc.boolean(),
  traits: fc.array(trait, { maxLength: 4 }),
});
const anyJobs = fc.array(seenJob, { maxLength: 25 });

describe('for any jobs, a common cause', () => {
  it('is never claimed for fewer than two failures', () => {
    fc.assert(
      fc.property(anyJobs, (seen) => {
        const failed = seen.filter((job) => job.failed);
        const few = [...failed.slice(0, 1), ...seen.filter((job) => !job.failed)];
        expect(commonCause(few)).toMatchObject({ suspects: [] });
        expect(commonCause(few).window).toBeUndefined();
      }),
    );
  });

  it('always has a larger share of the failed than of the healthy jobs, and covers most of the failed ones', () => {
    fc.assert(
      fc.property(anyJobs, (seen) => {
        const { suspects, failed, healthy } = commonCause(seen);
        for (const { failedWith, healthyWith } of suspects) {
          expect(failedWith / failed).toBeGreaterThan(healthyWith / healthy);
          expect(failedWith).toBeGreaterThanOrEqual((2 / 3) * failed);
        }
      }),
    );
  });

  it('does not depend on the order of the jobs', () => {
    fc.assert(
      fc.property(anyJobs, (seen) => {
        expect(commonCause(seen.toReversed())).toEqual(commonCause(seen));
      }),
    );
  });

  it('is never a trait of every job', () => {
    fc.assert(
      fc.property(anyJobs, (seen) => {
        const marked = seen.map((job) => ({ ...job, traits: [...job.traits, role('everyone')] }));
        expect(suspected(marked)).not.toContain('role everyone');
      }),
    );
  });

  it('is found if it is in all of three or more failed jobs and in none of four or more healthy ones', () => {
    fc.assert(
      fc.property(
        fc.array(seenJob, { minLength: 3, maxLength: 12 }),
        fc.array(seenJob, { minLength: 4, maxLength: 12 }),
        (broken, sound) => {
          const seen = [
            ...broken.map((job) => ({ ...job, failed: true, traits: [...job.traits, type('planted')] })),
            ...sound.map((job) => ({ ...job, failed: false })),
          ];
          expect(suspected(seen)).toContain('instance type planted');
        },
      ),
    );
  });
});
