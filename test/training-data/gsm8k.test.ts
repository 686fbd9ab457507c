import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RuleId } from '../../src/training-data/data-rules.ts';
import { sharedFixtures } from '../support/checkpoint-files.ts';
import { jsonl, reportOn } from './a-data-set.ts';

const data = `${sharedFixtures}gsm8k/`;
const there = existsSync(data);

describe.skipIf(!there)('the real GSM8K (needs ../shared/fixtures)', () => {
  const train = there ? readFileSync(`${data}train.jsonl`, 'utf8').trimEnd().split('\n') : [];
  const test = there ? readFileSync(`${data}test.jsonl`, 'utf8') : '';

  it('is valid, and its halves do not overlap', async () => {
    expect(await reportOn({ 'train.jsonl': jsonl(train), 'test.jsonl': test })).toMatchObject({
      schema: 'gsm8k',
      records: 7_473 + 1_319,
      byRule: {},
    });
  });

  /** Rule, zero-based rows, and how each is changed. */
  const planted: readonly (readonly [RuleId, readonly number[], (row: string) => string])[] = [
    ['not-json', [11, 3_003], (row) => row.replace(':', '')],
    ['nan-literal', [51], (row) => row.replace('}', ', "score": NaN}')],
    ['loose-json', [500, 501], (row) => row.replace(/\}$/, ',}')],
    ['duplicate-key', [99], (row) => row.replace('{', '{"answer": "", ')],
    ['lone-surrogate', [77], (row) => row.replace('{"question": "', '{"question": "\\udc00')],
    ['nul-byte', [1_234], (row) => row.replace(' ', '\0')],
    ['field-missing', [2_000], (row) => row.replace('"question"', '"query"')],
    ['ground-truth-unverifiable', [4_000], (row) => row.replace('####', '===')],
    ['ground-truth-type', [4_100], (row) => row.replace(/"answer": ".*"/, '"answer": 72')],
    ['mixed-schema', [5_000, 6_000], () => '{"prompt": "Sum?", "completion": "3"}'],
    ['duplicate', [7_000], () => train[5] ?? ''],
    ['leakage', [7_100], () => test.split('\n', 1)[0] ?? ''],
    ['mojibake', [7_200], (row) => row.replace('{"question": "', '{"question": "cafÃ© ')],
    ['crlf', [7_300], (row) => `${row}\r`],
    ['blank-line', [7_301], () => ''],
  ];

  it('reports every planted defect with its line and byte, and nothing else', async () => {
    const rows = [...train];
    for (const [, places, change] of planted) for (const at of places) rows[at] = change(rows[at] ?? '');

    const { byRule, samples, broken, records } = await reportOn(
      { 'train.jsonl': jsonl(rows), 'test.jsonl': test },
      { pieceBytes: 700_000 },
    );

    expect(byRule).toEqual(Object.fromEntries(planted.map(([rule, places]) => [rule, places.length])));
    expect({ broken, records }).toEqual({ broken: 13, records: 7_473 + 1_319 - 1 });
    for (const [rule, places] of planted)
      expect(
        samples.filter((sample) => sample.rule === rule).map(({ line, offset }) => ({ line, offset })),
      ).toEqual(places.map((at) => ({ line: at + 1, offset: Buffer.byteLength(jsonl(rows.slice(0, at))) })));
  });
});
