import { describe, expect, it } from 'vitest';
import { checkpointGrader } from '../../src/checkpoints/grading/grade-job.ts';
import type { S3Uri } from '../../src/ports/basics.ts';
import { ended, minute, putCheckpoint, root } from '../support/a-training-run.ts';
import { aJob } from '../support/fake-training.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';

describe('grading the checkpoints of a job', () => {
  const lookedUp: string[] = [];
  let now = ended + 15 * minute;
  let folder: S3Uri = root;

  function aGrader(): ReturnType<typeof checkpointGrader> {
    lookedUp.length = 0;
    const checkpoints = new MemoryCheckpoints();
    putCheckpoint(checkpoints, 1300, 5);
    return checkpointGrader({
      training: {
        find: async (name) => {
          lookedUp.push(name);
          return name === 'missing' ? undefined : aJob({ name });
        },
      },
      checkpointsOf: () => checkpoints,
      folders: { of: async () => folder },
      clock: { now: () => now },
    });
  }

  it('is done once for all who ask at the same time or within ten seconds after it', async () => {
    const grade = aGrader();

    const [first, second] = await Promise.all([grade('one', 5), grade('one', 5), grade('other', 5)]);

    expect(second).toBe(first);
    expect(await grade('one', 5)).toBe(first);
    expect(lookedUp).toEqual(['one', 'other']);
    now += 10_000;
    await grade('one', 5);
    expect(lookedUp).toEqual(['one', 'other', 'one']);
  });

  it('is done again after a failure, and in the folder that a person has named since', async () => {
    const grade = aGrader();

    await expect(grade('missing', 5)).rejects.toMatchObject({ code: 'job-not-found' });
    await expect(grade('missing', 5)).rejects.toMatchObject({ code: 'job-not-found' });
    expect(lookedUp).toEqual(['missing', 'missing']);
    await grade('one', 5);
    folder = 's3://elsewhere/checkpoints/';
    await grade('one', 5).catch(() => undefined);
    expect(lookedUp).toEqual(['missing', 'missing', 'one', 'one']);
  });
});
