import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gsm8kRows, jsonl, reportOn } from './a-data-set.ts';

const rows = jsonl(gsm8kRows(40));
const mb = 1024 * 1024;

describe('line crafted to be expensive', () => {
  it.each([
    ['15 MB of opening brackets', '['.repeat(15 * mb)],
    ['15 MB of brackets that close', `${'['.repeat(7 * mb)}${']'.repeat(7 * mb)}`],
    ['16 MB of backslashes in a string that does not end', `{"question": "${'\\'.repeat(15 * mb)}`],
    ['16 MB of backslashes in single quotes', `{'question': '${'\\\\'.repeat(7 * mb)}`],
    ['16 MB of quotation marks', '"'.repeat(15 * mb)],
  ])('is a finding, and the lines around it are checked: %s', async (_, line) => {
    const report = await reportOn({ 'a.jsonl': `${rows}${line}\n${rows}` }, { schema: 'gsm8k' });

    expect(report).toMatchObject({ records: 81, broken: 1, byRule: { 'not-json': 1 } });
    expect(report.samples).toContainEqual(expect.objectContaining({ rule: 'not-json', line: 41 }));
  });
});

describe('gzip bomb', () => {
  it('is a finding once it exceeds the size of any training data, and takes no more memory', async () => {
    const bomb = gzipSync(Buffer.alloc(300 * mb, 'a'));

    const { byRule } = await reportOn({ 'a.jsonl.gz': bomb });

    expect(byRule).toMatchObject({ 'truncated-gzip': 1 });
  });

  it('of line breaks is given up before it takes minutes, although it is small', async () => {
    const { byRule } = await reportOn({ 'a.jsonl.gz': gzipSync(Buffer.alloc(40 * mb, '\n')) });

    expect(byRule).toMatchObject({ 'truncated-gzip': 1 });
    expect(byRule['blank-line']).toBeLessThanOrEqual(32 * mb);
  });
});
