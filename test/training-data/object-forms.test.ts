import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gsm8kRow, gsm8kRows, jsonl, reportOn } from './a-data-set.ts';
import { dataSet, fixIn, standing, target } from './fix/a-fix.ts';

const rows = Array.from({ length: 20 }, (_, n) => gsm8kRow(n));
const lines = gsm8kRows(20);
const printed = rows.map((row) => JSON.stringify(row, null, 2)).join('\n');

function utf16be(text: string): Buffer {
  return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
}

const readable: readonly (readonly [what: string, name: string, body: string | Buffer, rules: object])[] = [
  ['printed over several lines', 'a.json', printed, { 'json-values': 1 }],
  ['printed with Windows line ends', 'a.json', printed.replaceAll('\n', '\r\n'), { 'json-values': 1 }],
  ['written one after another', 'a.jsonl', lines.join(''), { 'json-values': 1 }],
  ['written one after another with spaces', 'a.jsonl', lines.join(' '), { 'json-values': 1 }],
  ['in lines that end with CR', 'a.jsonl', lines.join('\r'), { 'cr-lines': 1, 'no-final-newline': 1 }],
  ['in a JSON array', 'a.json', JSON.stringify(rows), { 'json-array': 1 }],
  ['in a JSON array in gzip', 'a.json.gz', gzipSync(JSON.stringify(rows)), { 'json-array': 1 }],
  [
    'in gzip of two members',
    'a.jsonl.gz',
    Buffer.concat([gzipSync(jsonl(lines.slice(5))), gzipSync(jsonl(lines.slice(0, 5)))]),
    {},
  ],
  ['in gzip without its ending', 'a.jsonl', gzipSync(jsonl(lines)), { misnamed: 1 }],
  ['in UTF-16', 'a.jsonl', Buffer.from(`\ufeff${jsonl(lines)}`, 'utf16le'), { 'utf-16': 1 }],
  ['in UTF-16 without a mark', 'a.jsonl', Buffer.from(jsonl(lines), 'utf16le'), { 'utf-16': 1 }],
  [
    'in big-endian UTF-16 and an array',
    'a.json',
    utf16be(JSON.stringify(rows)),
    { 'utf-16': 1, 'json-array': 1 },
  ],
  ['in a file named like text', 'a.txt', jsonl(lines), {}],
];

describe('records in unusual forms', () => {
  it.each(readable)('are all read, with one finding for the form: %s', async (_, name, body, byRule) => {
    const report = await reportOn({ [name]: body });

    expect(report).toMatchObject({ schema: 'gsm8k', records: 20, broken: 0, byRule });
    expect(report.byRule).toEqual(byRule);
  });

  it.each(readable)('are all kept by a fix, one per line of UTF-8: %s', async (_, name, body) => {
    const datasets = dataSet({ [name]: body });

    const { counts } = await fixIn(datasets);

    const copy = standing(datasets, `${target}train/`)[name] ?? '';
    const kept = copy
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(kept).toHaveLength(20);
    expect(kept).toEqual(expect.arrayContaining(rows));
    expect(counts).toMatchObject({ records: 20, kept: 20 });
  });

  it.each([
    [
      'a usual key',
      { version: 1, data: rows },
      'the records are below "data"; load_dataset("json", field="data") reads them',
    ],
    ['an unusual key', { meta: { by: 'me' }, problemset: rows }, 'the records are below "problemset"; load'],
    ['two keys', { train: rows, test: rows }, 'the records are below "train" and "test"'],
    ['a key of a key', { info: 1, dataset: { rows } }, 'the records are below "dataset.rows"'],
    ['their ids', Object.fromEntries(rows.map((row, n) => [`id-${n}`, row])), 'the records are below "id-0"'],
  ])('are told where they are if they are below %s', async (_, object, says) => {
    for (const text of [JSON.stringify(object), JSON.stringify(object, null, 2)]) {
      const { records, byRule, samples } = await reportOn({ 'train.json': text });

      expect({ records, byRule }).toEqual({ records: 0, byRule: { 'json-wrapper': 1 } });
      expect(samples[0]?.detail).toContain(says);
    }
  });

  it('are told where they are in a large object that is read only at its beginning', async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => gsm8kRow(n));

    const { records, byRule } = await reportOn({ 'train.json': JSON.stringify({ v: 1, data: many }) });

    expect({ records, byRule }).toEqual({ records: 0, byRule: { 'json-wrapper': 1 } });
  });

  it.each([
    ['lists', { question: rows.map(({ question }) => question), answer: rows.map(({ answer }) => answer) }],
    ['objects with row numbers', { question: { 0: 'How?', 1: 'Why?' }, answer: { 0: 'So.', 1: 'Yes.' } }],
    ['lists below a key', { data: { question: ['How?', 'Why?'], answer: ['So.', 'Yes.'] } }],
  ])('are told to be stored column by column in %s', async (_, object) => {
    const { records, byRule, samples } = await reportOn({ 'train.json': JSON.stringify(object) });

    expect({ records, byRule }).toEqual({ records: 0, byRule: { 'json-columns': 1 } });
    expect(samples[0]?.detail).toMatch(/^column by column/);
  });

  it.each([
    [
      'messages',
      {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello' },
        ],
      },
    ],
    ['steps', { id: 1, problem: 'What is 1 + 1?', steps: ['Add.', 'It is 2.'] }],
    [
      'preferences',
      {
        chosen: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello' },
        ],
        rejected: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'No' },
        ],
      },
    ],
    ['options', { question: 'Which?', options: [{ text: 'a' }, { text: 'b' }], answer: 'a' }],
  ])('are not confused with one record that has lists: %s', async (_, record) => {
    const { records } = await reportOn({ 'train.jsonl': `${JSON.stringify(record)}\n` });

    expect(records).toBe(1);
  });

  it('are read past a broken first line', async () => {
    for (const first of ['{"question": "cut', '{"question": [', "{'question': 1}"]) {
      const { records, broken } = await reportOn({ 'train.jsonl': jsonl([first, ...lines]) });

      expect({ records, broken }).toEqual({ records: 21, broken: 1 });
    }
  });
});
