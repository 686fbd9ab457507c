import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/training-data/fix/plan/plan-fix.ts';
import { runFix } from '../../../src/training-data/fix/run-fix.ts';
import { memoryFixedData } from '../../support/memory-fixed-data.ts';
import { gsm8kRows, jsonl } from '../a-data-set.ts';
import { dataSet, fixIn, from, jobFor, standing, target } from './a-fix.ts';

const rows = gsm8kRows(100);
const fixed = `${target}train/`;
const manifest = `${target}relight-manifest.json`;

describe('data fix that runs again after a crash', () => {
  it.each([0, 1, 2, 3])('after %i objects were written produces the same result', async (survived) => {
    const source = {
      'a.jsonl': jsonl([...rows.slice(0, 50), 'x']),
      'b.jsonl.gz': gzipSync(jsonl(rows.slice(50))),
    };
    const whole = dataSet(source);
    await fixIn(whole);
    const crashed = dataSet(source);
    const written = [...whole.stored].filter(([uri]) => uri.startsWith(target)).slice(0, survived);
    for (const [uri, { bytes }] of written) crashed.put(uri, bytes);

    await fixIn(crashed);

    expect(standing(crashed, target)).toEqual(standing(whole, target));
    expect(Object.keys(standing(whole, target))).toHaveLength(4);
  });

  it('stops if a different object already exists there, and leaves it unchanged', async () => {
    const datasets = dataSet({ 'a.jsonl': jsonl(rows) });
    datasets.put(`${fixed}a.jsonl`, 'theirs');

    await expect(fixIn(datasets)).rejects.toMatchObject({ code: 'fix-taken', retry: false });
    expect(standing(datasets, target)).toEqual({ 'train/a.jsonl': 'theirs' });
  });

  it('stops before the manifest if the trainer would read a foreign object next to the copy', async () => {
    const datasets = dataSet({ 'a.jsonl': jsonl(rows) });
    datasets.put(`${fixed}stranger.jsonl`, jsonl(rows));

    await expect(fixIn(datasets)).rejects.toMatchObject({ code: 'fix-taken' });
    expect(standing(datasets, manifest)).toEqual({});
  });
});

describe('data fix whose worker lost the step to another one', () => {
  it('writes nothing more, and leaves the rest to that worker', async () => {
    const datasets = dataSet({ 'a.jsonl': jsonl(rows.slice(0, 50)), 'b.jsonl': jsonl(rows.slice(50)) });
    const lost = new AbortController();
    const { put } = memoryFixedData(datasets);
    const fixedData = {
      put: async (...write: Parameters<typeof put>) => {
        lost.abort('the lock was lost');
        return put(...write);
      },
    };
    const run = { by: 'i-1/fixed/1', ready: async () => undefined, signal: lost.signal };

    await expect(runFix(jobFor(), run, { datasets, fixedData })).rejects.toBe('the lock was lost');

    expect(Object.keys(standing(datasets, target))).toEqual(['train/a.jsonl']);
  });
});

describe('data fix is refused', () => {
  it('when more records would be lost than the limit allows, with numbers, reasons and what could help', async () => {
    const datasets = dataSet({ 'a.jsonl': jsonl([...rows.slice(0, 90), ...Array(9).fill("{'a': 1}"), '{']) });

    await expect(planFix(jobFor(), datasets)).rejects.toMatchObject({
      code: 'fix-loses-too-much',
      detail:
        '10 of 100 records (10%), over the limit of 5%: 9 loose-json, 1 not-json; loose-json can be fixed if requested',
    });
    await expect(planFix(jobFor({ dropLimit: 0.1 }), datasets)).resolves.toBeDefined();
    await expect(fixIn(datasets)).rejects.toMatchObject({ code: 'fix-loses-too-much' });
    expect(standing(datasets, manifest)).toEqual({});
  });

  it.each([
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n',
      /LFS pointer/,
    ],
    ['truncated gzip', gzipSync(jsonl(rows)).subarray(0, 500), /truncated or damaged gzip/],
    ['a truncated parquet file', Buffer.from('PAR1 and no end'), /not parquet/],
    ['nothing but blank lines', '\n\n\n', /no record would be left/],
  ])('when an object is %s, because it is unknown what is missing', async (_, body, words) => {
    const name = Buffer.from(body)
      .subarray(0, 2)
      .equals(Buffer.from([0x1f, 0x8b]))
      ? 'b.jsonl.gz'
      : 'b.jsonl';
    const datasets = dataSet({ [name]: body });

    await expect(planFix(jobFor(), datasets)).rejects.toMatchObject({
      code: 'fix-refused',
      detail: expect.stringMatching(words),
    });
  });

  it.each([
    [
      'the source does not exist',
      { sources: [{ channel: 'train', uri: 's3://srl-rlvr-training/none/' as const }] },
    ],
    ['the copy would be inside its source', { target: `${from}fixed/` as const }],
    ['its source would be inside the copy', { target: 's3://srl-rlvr-training/data/' as const }],
    [
      'a channel name points to a parent folder',
      { sources: [{ channel: '..', uri: from as `s3://${string}` }] },
    ],
  ])('when %s', async (_, changes) => {
    await expect(planFix(jobFor(changes), dataSet({ 'a.jsonl': jsonl(rows) }))).rejects.toMatchObject({
      code: 'fix-refused',
    });
  });

  it('except for an object of 0 bytes, which is left out and reported', async () => {
    const datasets = dataSet({ 'a.jsonl': jsonl(rows), 'b.jsonl': '' });

    const { leftOut } = await planFix(jobFor(), datasets);

    expect(leftOut.map(({ key }) => key)).toEqual(['data/gold/b.jsonl']);
    await fixIn(datasets);
    expect(Object.keys(standing(datasets, fixed))).toEqual(['a.jsonl']);
  });
});
