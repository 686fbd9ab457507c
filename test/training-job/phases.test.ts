import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startUpOf, trainedMs } from '../../src/training-job/phases.ts';

const minute = 60_000;

/** SecondaryStatusTransitions of a job, by the minute at which each began. */
function phases(...list: readonly (readonly [status: string, minute: number])[]) {
  return list.map(([status, at]) => ({ status, startedAt: at * minute }));
}

describe('the start of a training job', () => {
  it('is the wait for instances and the preparation before it trained', () => {
    const transitions = phases(
      ['Starting', 1],
      ['Pending', 2],
      ['Downloading', 9],
      ['Training', 13],
      ['Failed', 400],
    );
    expect(startUpOf({ transitions, createdAt: 0 })).toEqual({ capacityMinutes: 9, provisioningMinutes: 4 });
  });

  it('is known in the older statuses of SageMaker too', () => {
    const transitions = phases(
      ['LaunchingMLInstances', 0],
      ['PreparingTrainingStack', 5],
      ['DownloadingTrainingImage', 7],
      ['Downloading', 10],
      ['Training', 12],
    );
    expect(startUpOf({ transitions, createdAt: 0 })).toEqual({ capacityMinutes: 5, provisioningMinutes: 7 });
  });

  it('is the last restart of a spot job: earlier capacity says less about the capacity now', () => {
    const transitions = phases(
      ['Starting', 0],
      ['Downloading', 2],
      ['Training', 4],
      ['Interrupted', 100],
      ['Starting', 101],
      ['Downloading', 130],
      ['Training', 135],
      ['Interrupted', 200],
      ['Starting', 201],
    );
    expect(startUpOf({ transitions, createdAt: 0 })).toEqual({ capacityMinutes: 30, provisioningMinutes: 5 });
  });

  it('is unknown if the job never trained', () => {
    const transitions = phases(['Starting', 0], ['Failed', 60]);
    expect(startUpOf({ transitions, createdAt: 0 })).toBeUndefined();
    expect(startUpOf({ transitions: [], createdAt: 0 })).toBeUndefined();
  });

  it('is never negative, whatever AWS reports', () => {
    const phase = fc.record({
      status: fc.constantFrom('Starting', 'Downloading', 'Training', 'Interrupted', 'Uploading', 'New'),
      startedAt: fc.integer({ min: 0, max: 1e9 }),
    });
    fc.assert(
      fc.property(fc.array(phase), fc.integer({ min: 0, max: 1e9 }), (transitions, createdAt) => {
        const start = startUpOf({ transitions, createdAt });
        expect(start?.capacityMinutes ?? 0).toBeGreaterThanOrEqual(0);
        expect(start?.provisioningMinutes ?? 0).toBeGreaterThanOrEqual(0);
        expect(trainedMs({ transitions })).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
