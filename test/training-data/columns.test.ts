import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { jsonl, type Row, reportOn } from './a-data-set.ts';

const lines = (...rows: readonly Row[]): string => jsonl(rows.map((row) => JSON.stringify(row)));

const inTwo = (first: Row, second: Row): Promise<Awaited<ReturnType<typeof reportOn>>> =>
  reportOn({ 'part-0.jsonl': lines(first, first), 'part-1.jsonl': lines(second) });

const columnRules = new Set(['mixed-types', 'columns-new', 'types-differ', 'columns-missing']);

const found = ({ samples }: Awaited<ReturnType<typeof reportOn>>) =>
  samples
    .filter(({ rule }) => columnRules.has(rule))
    .map(({ rule, object, line, detail = '' }) => `${rule} ${object.split('/').at(-1)}:${line} ${detail}`);

describe('columns of one file', () => {
  it.each([
    ['a number among texts', [{ a: 'x' }, { a: 'y' }, { a: 1 }], 'mixed-types', 3, '“a” is number, not text'],
    ['true among numbers', [{ a: 1 }, { a: 2 }, { a: true }], 'mixed-types', 3, '“a” is boolean, not number'],
    [
      'an object among lists',
      [{ a: [] }, { a: [1] }, { a: {} }],
      'mixed-types',
      3,
      '“a” is object, not list',
    ],
    ['a list of two types', [{ a: [1] }, { a: [1, 'x'] }], 'mixed-types', 2, '“a[]” is text, not number'],
    [
      'a list in a list of numbers',
      [{ a: [[1]] }, { a: [[1], 2] }],
      'mixed-types',
      2,
      '“a[]” is number, not list',
    ],
    [
      'a text deep inside',
      [{ m: [{ f: { t: 1 } }] }, { m: [{ f: { t: 2 } }] }, { m: [{ f: { t: 'x' } }] }],
      'mixed-types',
      3,
      '“m[].f.t” is text, not number',
    ],
  ] as const)('break where pyarrow stops: %s', async (_what, rows, rule, line, detail) => {
    const { samples, errors } = await reportOn({ 'train.jsonl': lines(...rows) });

    expect(samples.find((one) => one.rule === rule)).toMatchObject({ line, detail });
    expect(errors).toBe(1);
  });

  it.each([
    ['a missing field', [{ a: 'x', b: 1 }, { a: 'x' }]],
    ['a missing nested field', [{ m: { a: 1 } }, { m: { b: 2 } }, { m: {} }]],
    ['null before a value', [{ a: null }, { a: { b: 1 } }, { a: null }]],
    ['an empty list before texts', [{ a: [] }, { a: ['x', null] }]],
    ['a fraction among whole numbers', [{ a: 1 }, { a: [1][0] }, { a: 1.5 }]],
    ['text among dates', [{ a: '2024-01-01' }, { a: 'today' }]],
    ['arguments of different tools', [{ c: [{ args: { a: 1 } }] }, { c: [{ args: { b: 'x' } }] }]],
  ] as const)('are good where pyarrow reads them: %s', async (_what, rows) => {
    const report = await reportOn({ 'train.jsonl': lines(...rows) });

    expect(found(report)).toEqual([]);
  });

  it('must all be in the first 10 MiB, which give a loader the types', async () => {
    const rows = Array.from({ length: 11_000 }, (_, n) => ({ a: 'x'.repeat(1000), n }));
    const late = { a: 'x', n: 1.5, z: 1 };

    const report = await reportOn({ 'train.jsonl': lines(...rows, late) });

    expect(found(report)).toEqual([
      'columns-new train.jsonl:11001 z: not in the first 10 MiB of train.jsonl',
      'types-differ train.jsonl:11001 n is a decimal number, but a whole number in the first 10 MiB of train.jsonl',
    ]);
  });
});

describe('columns of several files', () => {
  it.each([
    ['new columns', { a: 1 }, { a: 1, b: 2, c: {} }, 'columns-new part-1.jsonl:1 b, c: not in part-0.jsonl'],
    [
      'a new field',
      { m: { a: 1 } },
      { m: { a: 1, b: 2 } },
      'columns-new part-1.jsonl:1 m.b: not in part-0.jsonl',
    ],
    [
      'a new field of messages',
      { m: [{ r: 'u' }] },
      { m: [{ r: 'u', w: 1 }] },
      'columns-new part-1.jsonl:1 m[].w: not in part-0.jsonl',
    ],
    [
      'text for numbers',
      { a: 1 },
      { a: 'x' },
      'types-differ part-1.jsonl:1 a is text, but a whole number in part-0.jsonl',
    ],
    [
      'fractions for whole numbers',
      { a: 1 },
      { a: 1.5 },
      'types-differ part-1.jsonl:1 a is a decimal number, but a whole number in part-0.jsonl',
    ],
    [
      'text for dates',
      { a: '2024-01-01' },
      { a: 'today' },
      'types-differ part-1.jsonl:1 a is text, but a date in part-0.jsonl',
    ],
    [
      'texts for null',
      { a: null },
      { a: 'x' },
      'types-differ part-1.jsonl:1 a is text, but always null or empty in part-0.jsonl',
    ],
    [
      'items for an empty list',
      { a: [] },
      { a: ['x'] },
      'types-differ part-1.jsonl:1 a[] is text, but always null or empty in part-0.jsonl',
    ],
    [
      'a list for text',
      { a: 'x' },
      { a: ['x'] },
      'types-differ part-1.jsonl:1 a is a list, but text in part-0.jsonl',
    ],
  ])('break where datasets cannot cast them: %s', async (_what, first, second, says) => {
    const report = await inTwo(first, second);

    expect(found(report)).toEqual([says]);
    expect(report.errors).toBe(1);
  });

  it.each([
    ['numbers for text', { a: 'x' }, { a: 1 }],
    ['whole numbers for fractions', { a: 1.5 }, { a: 1 }],
    ['true for numbers', { a: 1 }, { a: true }],
    ['dates for text', { a: 'x' }, { a: '2024-01-01' }],
    ['null for text', { a: 'x' }, { a: null }],
    ['an empty list for texts', { a: ['x'] }, { a: [] }],
    ['another order', { a: 1, b: 'x' }, { b: 'x', a: 1 }],
  ])('are good where datasets casts them: %s', async (_what, first, second) => {
    expect(found(await inTwo(first, second))).toEqual([]);
  });

  it('may be missing in a later file since datasets 3.1, so this is a warning', async () => {
    const report = await inTwo({ a: 1, b: 2, m: { c: 1, d: 1 } }, { a: 1, m: { c: 1 } });

    expect(found(report)).toEqual(['columns-missing part-1.jsonl:0 b, m.d: only in part-0.jsonl']);
    expect(report.errors).toBe(0);
  });

  it('are compared with those of the training data, which a loader reads first', async () => {
    const report = await reportOn({
      'a-test.jsonl': lines({ a: 1 }),
      'b-train.jsonl': lines({ a: 1, b: 2 }),
    });

    expect(found(report)).toEqual(['columns-missing a-test.jsonl:0 b: only in b-train.jsonl']);
  });

  it('of verl may differ outside of lists, because it loads each file on its own', async () => {
    const row = (extra: Row, n: number): Row => ({
      data_source: 'openai/gsm8k',
      prompt: [{ role: 'user', content: `What is ${n}?` }],
      reward_model: { style: 'rule', ground_truth: String(n) },
      extra_info: extra,
    });

    const good = await inTwo(row({ index: 1 }, 1), row({ split: 'train', tags: ['x'] }, 2));
    const bad = await inTwo(row({ index: 1 }, 1), row({ index: '1' }, 2));

    expect(good.errors).toBe(0);
    expect(found(bad)).toEqual([
      'types-differ part-1.jsonl:1 extra_info.index is text, but a whole number in part-0.jsonl',
    ]);
  });

  it('of parquet are those of the footer, even if all values are null', async () => {
    const file = (...columns: Parameters<typeof parquetWriteBuffer>[0]['columnData']): Uint8Array =>
      new Uint8Array(parquetWriteBuffer({ columnData: columns }));
    const report = await reportOn({
      'part-0.parquet': file(
        { name: 'a', data: ['x'], type: 'STRING' },
        { name: 'n', data: [1], type: 'INT32' },
      ),
      'part-1.parquet': file(
        { name: 'a', data: [null], type: 'STRING', nullable: true },
        { name: 'n', data: ['x'], type: 'STRING' },
        { name: 'z', data: [true], type: 'BOOLEAN' },
      ),
    });

    expect(found(report)).toEqual([
      'columns-new part-1.parquet:0 z: not in part-0.parquet',
      'types-differ part-1.parquet:0 n is text, but a whole number in part-0.parquet',
    ]);
  });
});
