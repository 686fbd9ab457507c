import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sourceArchive } from '../../src/drills/simulated/seeded-source.ts';

describe('the source archive of a drill', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('has the same bytes whenever it is read, so that no approval is asked for twice', async () => {
    const before = await sourceArchive();
    vi.setSystemTime(Date.now() + 3_600_000);

    expect(await sourceArchive()).toEqual(before);
  });
});
