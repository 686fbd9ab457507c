import { describe, expect, it } from 'vitest';
import { gsm8kRow, gsm8kRows, jsonl, reportOn } from './a-data-set.ts';

describe('defects across records', () => {
  it('include a repeated record, also in another object', async () => {
    const [first = '', ...rest] = gsm8kRows(30);

    const { byRule, samples, errors } = await reportOn({
      'train-1.jsonl': jsonl([first, ...rest, first]),
      'train-2.jsonl': `${first}\r\n${first}`,
    });

    expect(errors).toBe(0);
    expect(byRule).toMatchObject({ duplicate: 3 });
    expect(samples.find(({ rule }) => rule === 'duplicate')).toMatchObject({ line: 31 });
  });

  it('include the same question spelled differently, but not one with other numbers', async () => {
    const asks = (question: string): string => JSON.stringify({ ...gsm8kRow(1), question });
    const lines = [
      'How many is 2 + 3, Ada?',
      'how many\nis 2 + 3 Ada',
      'How many is 2 - 3, Ada?',
      'How many is 2 + 3.5, Ada?',
    ];

    const { byRule, samples } = await reportOn({ 'train.jsonl': jsonl(lines.map(asks)) });

    expect(byRule).toEqual({ 'near-duplicate': 1 });
    expect(samples[0]).toMatchObject({ line: 2 });
  });

  it.each(['test.jsonl', 'eval/part-0.jsonl', 'gsm8k_test-00000-of-00001.jsonl', 'validation.jsonl'])(
    'include a training record that is also in the test data: %s',
    async (name) => {
      const { byRule, samples } = await reportOn({
        'train.jsonl': jsonl(gsm8kRows(30)),
        [name]: jsonl(gsm8kRows(5, 28)),
      });

      expect(byRule).toEqual({ leakage: 2 });
      expect(samples.map(({ object, line }) => ({ object, line }))).toEqual([
        { object: 'data/gold/train.jsonl', line: 29 },
        { object: 'data/gold/train.jsonl', line: 30 },
      ]);
    },
  );

  it('use the last word of the name to tell training from test data', async () => {
    const rows = jsonl(gsm8kRows(5));

    expect((await reportOn({ 'test-sets/train-a.jsonl': rows, 'train-b.jsonl': rows })).byRule).toEqual({
      duplicate: 5,
    });
  });

  it('include one answer for most of the records', async () => {
    const rows = Array.from({ length: 60 }, (_, n) => ({
      ...gsm8kRow(n),
      ...(n % 3 > 0 && { answer: 'Yes.\n#### 1' }),
    }));

    const { byRule, samples } = await reportOn({
      'train.jsonl': jsonl(rows.map((row) => JSON.stringify(row))),
    });

    expect(byRule).toEqual({ imbalance: 1 });
    expect(samples[0]?.detail).toBe('67% of the records have this answer');
  });

  it('include a field with a different type than in most records', async () => {
    const rows = Array.from({ length: 30 }, (_, n) => ({
      ...gsm8kRow(n),
      level: n === 9 ? '3' : n === 4 ? null : 3,
    }));

    const { byRule, samples } = await reportOn({
      'train.jsonl': jsonl(rows.map((row) => JSON.stringify(row))),
    });

    expect(byRule).toEqual({ 'mixed-types': 1 });
    expect(samples[0]).toMatchObject({ line: 10, detail: '“level” is text, not number' });
  });
});

describe('solutions with one record per step', () => {
  /** Three solutions of four steps each. */
  const steps = Array.from({ length: 12 }, (_, n) => ({
    prompt: [{ role: 'user', content: `Problem ${Math.floor(n / 4)}\n${'so far '.repeat(n % 4)}end` }],
    expert_action: `Do the thing number ${n}`,
    step_index: n % 4,
    num_steps: 4,
    source_id: Math.floor(n / 4),
  }));
  const report = async (rows: readonly object[]): ReturnType<typeof reportOn> =>
    reportOn({ 'train.jsonl': jsonl(rows.map((row) => JSON.stringify(row))) });

  it('are valid when every step is present, in any order', async () => {
    expect((await report(steps.toReversed())).byRule).toEqual({});
  });

  it('are broken when a step is missing', async () => {
    const { byRule, samples } = await report(steps.filter((_, n) => n !== 5));

    expect(byRule).toEqual({ 'steps-missing': 1 });
    expect(samples[0]).toMatchObject({ line: 5, detail: '1 of 4 steps: 1' });
  });

  it('are broken when their records disagree on the length', async () => {
    const rows = steps.map((row, n) => (n === 6 ? { ...row, num_steps: 5 } : row));

    expect((await report(rows)).samples).toEqual([
      expect.objectContaining({ rule: 'steps-missing', detail: 'num_steps is 4, 5' }),
    ]);
  });

  it('are broken when a step belongs to another problem', async () => {
    const stranger = { prompt: [{ role: 'user', content: 'Problem 1\nbut of another solution' }] };
    const rows = steps.map((row, n) => (n === 10 ? { ...row, ...stranger } : row));

    const { byRule, samples } = await report(rows);

    expect(byRule).toEqual({ 'problem-differs': 1 });
    expect(samples[0]).toMatchObject({ line: 11 });
  });

  it('are not reported if the prompts do not show the problem', async () => {
    const rows = steps.map((row, n) => ({
      ...row,
      prompt: [{ role: 'user', content: `Step ${n}: go on.` }],
    }));

    expect((await report(rows)).byRule).toEqual({});
  });
});
