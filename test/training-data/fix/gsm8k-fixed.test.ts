import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FixId } from '../../../src/training-data/fix/fixes.ts';
import { sharedFixtures } from '../../support/checkpoint-files.ts';
import { jsonl } from '../a-data-set.ts';
import { dataSet, fixIn, standing, target } from './a-fix.ts';

const data = `${sharedFixtures}gsm8k/`;
const there = existsSync(data);
const fixed = `${target}train/`;

describe.skipIf(!there)('the real GSM8K, broken and fixed (needs ../shared/fixtures)', () => {
  const all = there ? readFileSync(`${data}train.jsonl`, 'utf8').trimEnd().split('\n') : [];
  const rows = all.slice(0, 200);
  const without = (n: number): string => jsonl(rows.filter((_, index) => index !== n));

  function withRow(n: number, change: (row: string) => string | Uint8Array): Uint8Array {
    return Buffer.concat(
      rows.flatMap((row, index) => [Buffer.from(index === n ? change(row) : row), Buffer.from('\n')]),
    );
  }

  const latin1 = (row: string): Uint8Array => Buffer.from(row.replace('": "', '": "Café: '), 'latin1');

  interface Case {
    readonly defect: string;
    readonly body: Uint8Array;
    readonly approved?: readonly FixId[];
    readonly fixes?: Readonly<Partial<Record<FixId, number>>>;
    readonly lost?: readonly string[];
    readonly result: string;
  }

  const row50 = (change: (row: string) => string): string =>
    jsonl(rows.map((row, index) => (index === 50 ? change(row) : row)));

  const cases: readonly Case[] = [
    {
      defect: 'a cut last line',
      body: Buffer.from(jsonl(rows).slice(0, -100)),
      fixes: { 'cut-last-line': 1 },
      result: without(199),
    },
    {
      defect: 'a broken line',
      body: withRow(50, (row) => row.replace(':', '')),
      lost: ['not-json'],
      result: without(50),
    },
    {
      defect: 'single quotes, approved',
      body: withRow(50, () => "{'question': 'How many?', 'answer': '#### 3'}"),
      approved: ['loose-json'],
      fixes: { 'loose-json': 1 },
      result: row50(() => '{"question":"How many?","answer":"#### 3"}'),
    },
    {
      defect: 'a trailing comma, not approved',
      body: withRow(50, (row) => row.replace(/}$/, ',}')),
      lost: ['loose-json'],
      result: without(50),
    },
    {
      defect: 'a duplicate key',
      body: withRow(50, (row) => row.replace('{', '{"question": "", ')),
      lost: ['duplicate-key'],
      result: without(50),
    },
    {
      defect: 'a lone surrogate',
      body: withRow(50, (row) => row.replace('": "', '": "\\ud83d ')),
      lost: ['lone-surrogate'],
      result: without(50),
    },
    {
      defect: 'a NUL byte',
      body: withRow(50, (row) => row.replace(' ', '\0')),
      lost: ['nul-byte'],
      result: without(50),
    },
    { defect: 'Latin-1, not approved', body: withRow(50, latin1), lost: ['not-utf8'], result: without(50) },
    {
      defect: 'Latin-1, approved',
      body: withRow(50, latin1),
      approved: ['not-utf8'],
      fixes: { 'not-utf8': 1 },
      result: row50((row) => row.replace('": "', '": "Café: ')),
    },
    {
      defect: 'NaN in a field of its own',
      body: withRow(50, (row) => row.replace(/}$/, ', "score": NaN}')),
      fixes: { 'nan-literal': 1 },
      result: row50((row) => JSON.stringify({ ...(JSON.parse(row) as object), score: null })),
    },
    {
      defect: 'NaN for a question',
      body: withRow(50, (row) => row.replace(/"question": ".*?[^\\]"/, '"question": NaN')),
      lost: ['field-null'],
      result: without(50),
    },
    {
      defect: 'a missing key',
      body: withRow(50, (row) => row.replace('"answer"', '"reply"')),
      lost: ['field-missing'],
      result: without(50),
    },
    {
      defect: 'an extra key',
      body: withRow(50, (row) => row.replace('{', '{"level": 3, ')),
      result: row50((row) => row.replace('{', '{"level": 3, ')),
    },
    {
      defect: 'a byte order mark',
      body: Buffer.from(`\ufeff${jsonl(rows)}`),
      fixes: { bom: 1 },
      result: jsonl(rows),
    },
    {
      defect: 'Windows line ends',
      body: Buffer.from(jsonl(rows).replaceAll('\n', '\r\n')),
      fixes: { crlf: 200 },
      result: jsonl(rows),
    },
    {
      defect: 'blank lines',
      body: Buffer.from(jsonl(rows).replaceAll('\n', '\n\n')),
      fixes: { 'blank-line': 200 },
      result: jsonl(rows),
    },
    {
      defect: 'one JSON array',
      body: Buffer.from(`[${rows.join(',\n')}]`),
      fixes: { 'json-array': 1 },
      result: jsonl(rows),
    },
    {
      defect: 'no final newline',
      body: Buffer.from(jsonl(rows).trimEnd()),
      fixes: { 'no-final-newline': 1 },
      result: jsonl(rows),
    },
  ];

  it.each(cases)('with $defect', async ({ body, approved = [], fixes = {}, lost = [], result }) => {
    const datasets = dataSet({ 'train.jsonl': body });

    const { counts, revalidated } = await fixIn(datasets, { approved });

    expect(standing(datasets, fixed)).toEqual({ 'train.jsonl': result });
    expect(counts.fixes).toEqual(fixes);
    expect(Object.keys(counts.reasons)).toEqual(lost);
    expect(revalidated.errors).toBe(0);
  });

  it('in verl form gets numbers that its scorer matches, all 7,473, and no other change', async () => {
    const records = all.map((row, index) => {
      const { question, answer } = JSON.parse(row) as { question: string; answer: string };
      const number = Number(answer.split('####')[1]?.replaceAll(',', ''));
      return {
        question: question.trim(),
        number,
        written: [`$${number}`, number.toLocaleString('en-US'), number][index % 3],
      };
    });
    const verl = (question: string, truth: unknown): string =>
      JSON.stringify({
        data_source: 'openai/gsm8k',
        prompt: [{ role: 'user', content: question }],
        reward_model: { style: 'rule', ground_truth: truth },
      });
    const datasets = dataSet({
      'train.jsonl': jsonl(records.map(({ question, written }) => verl(question, written))),
    });

    const { counts, revalidated } = await fixIn(datasets, { schema: 'verl' });

    expect(standing(datasets, fixed)).toEqual({
      'train.jsonl': jsonl(records.map(({ question, number }) => verl(question, String(number)))),
    });
    expect(counts).toMatchObject({ records: 7_473, kept: 7_473, quarantined: 0 });
    expect(revalidated).toMatchObject({ records: 7_473, errors: 0, warnings: 0 });
  });
});
