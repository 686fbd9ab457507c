import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReaders, fixesBy, type Readers } from '../../src/readers/readers.ts';
import type { FixJob } from '../../src/training-data/fix/fix-job.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { checkpointFolders } from '../aws/checkpoint-folders.ts';
import { heldRequests } from '../support/aws-ledger.ts';
import { builtModule } from '../support/build.ts';
import { until } from '../support/until.ts';
import { gsm8kRows, jsonl } from '../training-data/a-data-set.ts';

/** With a real reader process; the ledger of the stand-in tells what it wrote. */
describe('a data fix in a reader process', () => {
  let region: RegionUnderTest;
  let readers: Readers;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    readers = createReaders({ max: 1, pathStyle: true, module: builtModule('readers/reader-process.js') });
  });
  afterAll(async () => {
    readers.close();
    await region.close();
  });

  it('is killed with its reader when the worker loses the step, before it writes anything more', async () => {
    const folders = checkpointFolders(region);
    const [uri, target] = [folders.fresh(), folders.fresh()];
    await folders.put(uri, { 'a.jsonl': jsonl(gsm8kRows(20)) });
    const job: FixJob = {
      sources: [{ channel: 'train', uri }],
      schema: 'auto',
      changes: {},
      approved: [],
      dropLimit: 0.05,
      target,
    };
    await region.disturb({ service: 's3', operation: 'PutObject', kind: 'hang-before', count: 1 });
    const lost = new AbortController();
    const run = { by: 'i-1/fixed/1', ready: async () => undefined, signal: lost.signal };

    const fixing = fixesBy(readers).run(job, run);
    await until(async () => (await heldRequests(region)).length > 0, 'the reader to write');
    const failed = expect(fixing).rejects.toThrow('the lock was lost');
    lost.abort(new Error('the lock was lost'));
    await failed;

    await region.calm();
    expect(await folders.contents(target)).toEqual({});
  });
});
