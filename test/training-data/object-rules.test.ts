import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { OpsError } from '../../src/errors.ts';
import type { RuleId } from '../../src/training-data/data-rules.ts';
import { oneByOne, validateData } from '../../src/training-data/validate-data.ts';
import { MemoryDatasets } from '../support/memory-datasets.ts';
import { folder, gsm8kRow, gsm8kRows, jsonl, reportOn } from './a-data-set.ts';

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 131\n`;
const rows = jsonl(gsm8kRows(40));
const zipped = gzipSync(rows);

function parquet(data: readonly { readonly question: string; readonly answer: string | null }[]): Buffer {
  const columnData = [
    { name: 'question', data: data.map(({ question }) => question), type: 'STRING' as const },
    { name: 'answer', data: data.map(({ answer }) => answer), type: 'STRING' as const },
  ];
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 8 }));
}

const table = parquet(Array.from({ length: 20 }, (_, n) => gsm8kRow(n)));

function withFooter(length: number): Buffer {
  const bytes = Buffer.from(table);
  bytes.writeUInt32LE(length, bytes.length - 8);
  return bytes;
}

/** The rule, the name and bytes of the second object, and the total number of records read. */
const broken: readonly (readonly [RuleId, string, string | Buffer, number])[] = [
  ['empty-object', 'more.jsonl', '', 40],
  ['empty-object', 'more.parquet', '', 40],
  ['lfs-pointer', 'more.jsonl', pointer, 40],
  ['lfs-pointer', 'more.parquet', pointer, 40],
  ['truncated-gzip', 'more.jsonl.gz', 'no gzip at all', 40],
  ['parquet-magic', 'more.parquet', table.subarray(0, -5), 40],
  ['parquet-magic', 'more.parquet', Buffer.from('PAR1'), 40],
  ['parquet-footer', 'more.parquet', withFooter(0), 40],
  ['parquet-footer', 'more.parquet', withFooter(table.length), 40],
  ['parquet-footer', 'more.parquet', withFooter(30), 40],
  ['unknown-format', 'more.csv', 'question,answer\n', 40],
];

describe('object that is broken as a whole', () => {
  it.each(broken)('is found next to a valid one: %s in %s', async (rule, name, body, records) => {
    const report = await reportOn({ 'a.jsonl': rows, [name]: body });

    expect(report).toMatchObject({ objects: 2, records, broken: 0, byRule: { [rule]: 1 } });
    expect(report.samples).toEqual([
      expect.objectContaining({ rule, object: `data/gold/${name}`, line: 0, offset: 0 }),
    ]);
  });

  it('is distinguished from connection problems, which are never findings', async () => {
    for (const [name, body] of [
      ['a.jsonl', rows],
      ['a.jsonl.gz', zipped],
      ['a.parquet', table],
    ] as const)
      for (const code of ['aws-denied', 'aws-unavailable'] as const) {
        const datasets = new MemoryDatasets();
        datasets.put(`${folder}${name}`, body);
        const asked = validateData({ uris: [folder], schema: 'gsm8k', changes: {} }, datasets, {
          // The object has been inspected; now the connection is lost.
          scanAll: async function* scan(pieces, schema) {
            datasets.trouble = new OpsError(code, 'GetObject');
            yield* oneByOne(datasets)(pieces, schema);
          },
        });

        await expect(asked).rejects.toMatchObject({ code });
      }
  });

  it('is read as far as possible: truncated gzip', async () => {
    const big = gzipSync(jsonl(gsm8kRows(5_000)));

    const { byRule, records } = await reportOn({ 'a.jsonl.gz': big.subarray(0, big.length / 2) });

    expect(byRule).toMatchObject({ 'truncated-gzip': 1 });
    expect(records).toBeGreaterThan(1_000);
    expect(records).toBeLessThan(4_000);
  });

  it('is read as far as possible: parquet with an overwritten row group', async () => {
    const bytes = Buffer.from(table).fill(0xff, 4, 200);

    const { byRule, records } = await reportOn({ 'a.parquet': bytes }, { schema: 'gsm8k' });

    expect({ byRule, records }).toEqual({ byRule: { 'parquet-unreadable': 1 }, records: 12 });
  });
});

describe('data in forms other than plain lines', () => {
  it('is checked inside gzip, with line numbers of the decompressed data', async () => {
    const lines = gsm8kRows(40);
    lines[20] = '{"question": 1}';

    const { byRule, samples } = await reportOn({ 'a.jsonl.gz': gzipSync(jsonl(lines)) });

    expect(byRule).toEqual({ 'field-type': 1, 'field-missing': 1 });
    expect(samples[0]).toMatchObject({ line: 21, offset: Buffer.byteLength(jsonl(lines.slice(0, 20))) });
  });

  it('is checked in parquet, row by row across all row groups', async () => {
    const data = Array.from({ length: 20 }, (_, n) =>
      n === 13 ? { ...gsm8kRow(n), answer: null } : gsm8kRow(n),
    );

    const { schema, records, samples } = await reportOn({ 'a.parquet': parquet(data) });

    expect({ schema, records }).toEqual({ schema: 'gsm8k', records: 20 });
    expect(samples).toEqual([
      { rule: 'ground-truth-empty', object: 'data/gold/a.parquet', line: 14, offset: 13, detail: 'answer' },
    ]);
  });

  it.each([
    ['across many lines', JSON.stringify([gsm8kRow(0), { question: '] , [' }, gsm8kRow(2)], undefined, 1)],
    ['on one line', `\ufeff${JSON.stringify([gsm8kRow(0), { question: '] , [' }, gsm8kRow(2)])}`],
  ])('is checked in one JSON array %s', async (_what, text) => {
    const { byRule, records, samples } = await reportOn({ 'a.json': text });

    expect({ byRule, records }).toEqual({ byRule: { 'json-array': 1, 'field-missing': 1 }, records: 3 });
    const before = text.slice(0, text.indexOf('] , [')).lastIndexOf('{');
    expect(samples.at(-1)).toMatchObject({
      line: text.slice(0, before).split('\n').length,
      offset: Buffer.byteLength(text.slice(0, before)),
    });
  });

  it('is checked item by item in an array whose items are not records', async () => {
    const text = `["a ] , b", ${JSON.stringify(gsm8kRow(0))}, 7, "\\"],"]`;

    const { byRule, records } = await reportOn({ 'a.json': text });

    expect({ byRule, records }).toEqual({ byRule: { 'json-array': 1, 'not-object': 3 }, records: 4 });
  });

  it('may be listed in a manifest, whose missing entries are findings', async () => {
    const manifest = JSON.stringify([{ prefix: folder }, 'a.jsonl', 'gone.jsonl', 'gone-too.jsonl']);
    const datasets = new MemoryDatasets();
    datasets.put(`${folder}train.manifest`, manifest);
    datasets.put(`${folder}a.jsonl`, rows);
    datasets.put(`${folder}unnamed.jsonl`, 'not json\n');
    const uris = [`${folder}train.manifest`] as const;

    const { byRule, records, samples } = await validateData({ uris, schema: 'auto', changes: {} }, datasets);

    expect({ byRule, records }).toEqual({ byRule: { 'manifest-missing': 2 }, records: 40 });
    expect(samples[0]?.detail).toBe(`${folder}gone.jsonl`);
  });

  it.each(['{}', '[{"prefix": "data/"}]', '[{"prefix": "s3://b/"}, 7]', 'not json'])(
    'is not found through a manifest that SageMaker would reject: %s',
    async (text) => {
      const datasets = new MemoryDatasets();
      datasets.put(`${folder}train.manifest`, text);
      const uris = [`${folder}train.manifest`] as const;

      expect(await validateData({ uris, schema: 'auto', changes: {} }, datasets)).toMatchObject({
        byRule: { 'manifest-invalid': 1 },
        errors: 1,
      });
    },
  );

  it('is reported as missing when there are no objects or no records', async () => {
    expect(await reportOn({})).toMatchObject({ byRule: { 'no-objects': 1 }, objects: 0 });
    expect(await reportOn({ 'a.jsonl': '\n\n' })).toMatchObject({
      byRule: { 'no-records': 1, 'blank-line': 2 },
      errors: 1,
    });
    expect(await reportOn({ 'a.jsonl': '{"shape": "unknown"}\n' })).toMatchObject({
      schema: 'auto',
      byRule: { 'unknown-schema': 1 },
      errors: 0,
    });
  });
});
