import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/training-data/fix/plan/plan-fix.ts';
import { gsm8kRow, gsm8kRows, jsonl } from '../a-data-set.ts';
import { dataSet, fixIn, from, jobFor, standing, target } from './a-fix.ts';

const rows = gsm8kRows(100);
const fixed = `${target}train/`;
const quarantine = `${target}relight-quarantine.jsonl`;
const manifest = `${target}relight-manifest.json`;

describe('fixed copy of training data', () => {
  it('is identical to the source if nothing is wrong, and the source does not change', async () => {
    const source = { 'a.jsonl': jsonl(rows.slice(0, 60)), 'deep/b.jsonl': jsonl(rows.slice(60)) };
    const datasets = dataSet(source);

    const { inputs, counts, revalidated } = await fixIn(datasets);

    expect(standing(datasets, fixed)).toEqual(source);
    expect(standing(datasets, from)).toEqual(source);
    expect(inputs).toEqual({ train: fixed });
    expect(counts).toEqual({ records: 100, kept: 100, quarantined: 0, fixes: {}, reasons: {} });
    expect(revalidated).toEqual({ records: 100, errors: 0, warnings: 0, byRule: {} });
    expect(Object.keys(standing(datasets, target))).not.toContain('relight-quarantine.jsonl');
  });

  it('has every problem fixed, dropped or quarantined, and counted', async () => {
    const bad = ['{"question": "How many?"}', `${rows[3]}\r`, '', rows[4] ?? '', '{"question": "cut of'];
    const datasets = dataSet({ 'a.jsonl': `\ufeff${jsonl(rows)}${bad.join('\n')}` });

    const { counts } = await fixIn(datasets, { approved: ['duplicate'] });

    expect(standing(datasets, fixed)).toEqual({ 'a.jsonl': jsonl(rows) });
    expect(counts).toEqual({
      records: 103,
      kept: 100,
      quarantined: 1,
      fixes: { bom: 1, 'blank-line': 1, 'cut-last-line': 1, duplicate: 2 },
      reasons: { 'field-missing': 1 },
    });
  });

  it('has a quarantine file with the location, reason and content of each lost record', async () => {
    const raw = Buffer.concat([Buffer.from('{"question": "caf'), Buffer.from([0xe9]), Buffer.from('"}')]);
    const datasets = dataSet({
      'a.jsonl': Buffer.concat([
        Buffer.from(jsonl(rows.slice(0, 40))),
        raw,
        Buffer.from(`\n${jsonl(rows.slice(40))}`),
      ]),
    });

    const result = await fixIn(datasets);

    const [row, ...others] = (standing(datasets, quarantine)[''] ?? '').trimEnd().split('\n');
    expect(result.quarantine).toBe(quarantine);
    expect(others).toEqual([]);
    expect(JSON.parse(row ?? '')).toEqual({
      source: `${from}a.jsonl`,
      line: 41,
      byte_offset: Buffer.byteLength(jsonl(rows.slice(0, 40))),
      reason: expect.stringMatching(/^not-utf8: is not UTF-8; byte 0xe9/),
      raw_base64: raw.toString('base64'),
    });
  });

  it('has a manifest of sources and copies, and no quarantine file or manifest where the trainer reads', async () => {
    const datasets = dataSet({ 'a.jsonl': jsonl([...rows, 'broken']) });
    const [source] = await datasets.objects(from);

    await fixIn(datasets);

    expect(JSON.parse(standing(datasets, manifest)[''] ?? '')).toMatchObject({
      format: 'relight-fixed-data',
      version: 1,
      createdBy: 'i-1/fixed/1',
      schema: 'gsm8k',
      dropLimit: 0.05,
      channels: [{ channel: 'train', uri: from, fixed }],
      objects: [
        {
          source: { uri: source?.uri, etag: source?.etag, size: source?.size },
          target: { uri: `${fixed}a.jsonl`, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
          fixed: true,
        },
      ],
      counts: { records: 101, kept: 100, quarantined: 1, fixes: {} },
      quarantine,
      revalidated: { records: 100, errors: 0 },
    });
    expect(Object.keys(standing(datasets, fixed))).toEqual(['a.jsonl']);
  });

  it('is gzip for gzip, and one record per line for a JSON array', async () => {
    const pretty = JSON.stringify(
      rows.slice(50).map((row) => JSON.parse(row) as unknown),
      null,
      2,
    );
    const datasets = dataSet({ 'a.jsonl.gz': gzipSync(`${jsonl(rows.slice(0, 50))}\n`), 'b.json': pretty });

    const { counts, revalidated } = await fixIn(datasets);

    const copy = standing(datasets, fixed);
    expect(copy['a.jsonl.gz']).toBe(jsonl(rows.slice(0, 50)));
    expect(datasets.stored.get(`${fixed}a.jsonl.gz`)?.bytes[0]).toBe(0x1f);
    expect(
      copy['b.json']
        ?.trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(rows.slice(50).map((row) => JSON.parse(row) as unknown));
    expect(counts.fixes).toEqual({ 'json-array': 1, 'blank-line': 1 });
    expect(revalidated).toMatchObject({ records: 100, errors: 0, byRule: {} });
  });

  it.each([
    ['after a comma', `[${rows.slice(0, 9).join(',\n')},\n`],
    ['inside a text', `[${rows.slice(0, 9).join(',\n')},\n${rows[9]?.slice(0, 30)}`],
    ['between two records', `[${rows.slice(0, 9).join(',\n')}`],
  ])('is refused if an array breaks off %s, because nobody knows what is missing', async (_, array) => {
    const datasets = dataSet({ 'a.json': array });

    await expect(planFix(jobFor(), datasets)).rejects.toMatchObject({
      code: 'fix-refused',
      detail: expect.stringMatching(/the array breaks off after [89] complete records$/),
    });
  });

  it('contains valid parquet unchanged, and is refused for invalid parquet', async () => {
    const column = (name: string, data: unknown[]) => ({ name, data, type: 'STRING' as const });
    const parquet = (answers: unknown[]): Uint8Array =>
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            column(
              'question',
              answers.map((_, n) => gsm8kRow(n).question),
            ),
            column('answer', answers),
          ],
        }),
      );
    const good = dataSet({ 'a.parquet': parquet([gsm8kRow(0).answer, gsm8kRow(1).answer]) });

    await fixIn(good);

    const bytesOf = (uri: string): Buffer => Buffer.from(good.stored.get(uri)?.bytes ?? []);
    expect(bytesOf(`${fixed}a.parquet`).equals(bytesOf(`${from}a.parquet`))).toBe(true);
    await expect(fixIn(dataSet({ 'a.parquet': parquet(['no number', '####']) }))).rejects.toMatchObject({
      code: 'fix-not-valid',
    });
    await expect(
      planFix(jobFor(), dataSet({ 'a.parquet': parquet(['no number', '####']) })),
    ).rejects.toMatchObject({
      code: 'fix-refused',
      detail: expect.stringMatching(/^parquet and zstd are validated, not fixed/),
    });
  });

  it('has the same kind of address as the source: an object, a folder, or a name prefix', async () => {
    const datasets = dataSet({
      'train-0.jsonl': jsonl(rows.slice(0, 50)),
      'train-1.jsonl': jsonl(rows.slice(50)),
    });
    const sources = [
      { channel: 'one', uri: `${from}train-0.jsonl` as const },
      { channel: 'begin', uri: `${from}train` as const },
    ];

    const { inputs } = await fixIn(datasets, { sources });

    expect(inputs).toEqual({ one: `${target}one/train-0.jsonl`, begin: `${target}begin/train` });
    expect(await datasets.objects(`${target}begin/train`)).toHaveLength(2);
  });
});
