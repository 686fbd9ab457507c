import { describe, expect, it } from 'vitest';
import { gsm8kRow, gsm8kRows, jsonl } from '../a-data-set.ts';
import { dataSet, fixIn, standing, target } from './a-fix.ts';

interface StepChanges {
  readonly source?: string;
  readonly head?: string;
  readonly steps?: number;
  readonly asText?: boolean;
}

function step(
  index: number,
  { source = 's-1', head = `Problem of ${source}`, steps = 3, asText }: StepChanges = {},
): string {
  const content = `${head}\n${'Step. '.repeat(index)}`.trim();
  return JSON.stringify({
    prompt: asText === true ? content : [{ role: 'user', content }],
    expert_action: `I do what comes at place ${index}.`,
    step_index: index,
    num_steps: steps,
    source_id: source,
  });
}

function solution(source: string): string[] {
  return [0, 1, 2].map((index) => step(index, { source }));
}

const good = Array.from({ length: 40 }, (_, n) => solution(`s-${n}`)).flat();

describe('records checked among all others', () => {
  it.each([
    ['a step is missing', [step(0, { source: 'x' }), step(2, { source: 'x' })], 'steps-missing', 2],
    [
      'a step is broken',
      [step(0, { source: 'x' }), '{"source_id": "x"', step(2, { source: 'x' })],
      'not-json',
      3,
    ],
    [
      'its records disagree on its length',
      [step(0, { source: 'x' }), step(1, { source: 'x' }), step(2, { source: 'x', steps: 4 })],
      'steps-missing',
      3,
    ],
    [
      'a step belongs to another problem',
      [step(0, { source: 'x' }), step(1, { source: 'x', head: 'Other' }), step(2, { source: 'x' })],
      'problem-differs',
      3,
    ],
    [
      'a step has a prompt of a different form',
      [step(0, { source: 'x' }), step(1, { source: 'x' }), step(2, { source: 'x', asText: true })],
      'mixed-schema',
      3,
    ],
  ])('are all quarantined when their solution is one of which %s', async (_, lines, rule, lost) => {
    const datasets = dataSet({ 'a.jsonl': jsonl([...good, ...lines]) });

    const { counts, revalidated } = await fixIn(datasets);

    expect(standing(datasets, `${target}train/`)).toEqual({ 'a.jsonl': jsonl(good) });
    expect(counts).toMatchObject({ quarantined: lost, reasons: { [rule]: expect.any(Number) } });
    expect(revalidated.errors).toBe(0);
  });

  it('are quarantined when few have their form: a text prompt where most have a list of messages', async () => {
    const row = (n: number, prompt: unknown): string => JSON.stringify({ prompt, solution: String(n) });
    const most = Array.from({ length: 60 }, (_, n) => row(n, [{ role: 'user', content: `What is ${n}?` }]));
    const datasets = dataSet({ 'a.jsonl': jsonl([row(7, 'What is it?'), ...most]) });

    const { counts } = await fixIn(datasets);

    expect(standing(datasets, `${target}train/`)).toEqual({ 'a.jsonl': jsonl(most) });
    expect(counts.reasons).toEqual({ 'mixed-schema': 1 });
  });

  it('are kept although they are in the test data, unless their removal is requested', async () => {
    const shouted = { ...gsm8kRow(3), question: gsm8kRow(3).question.toUpperCase() };
    const files = {
      'test.jsonl': jsonl([JSON.stringify(shouted)]),
      'train.jsonl': jsonl(gsm8kRows(50)),
    };
    const [kept, cleaned] = [dataSet(files), dataSet(files)];

    expect((await fixIn(kept)).revalidated.byRule).toEqual({ leakage: 1 });
    const { counts, revalidated } = await fixIn(cleaned, { approved: ['leakage'] });

    expect(counts).toMatchObject({ quarantined: 0, fixes: { leakage: 1 } });
    expect(revalidated.byRule).toEqual({});
    expect(standing(cleaned, `${target}train/`)['test.jsonl']).toBe(files['test.jsonl']);
  });

  it('count as repeated only within a channel, and the first one is kept', async () => {
    const lines = gsm8kRows(20);
    const datasets = dataSet({ 'a.jsonl': jsonl(lines), 'b.jsonl': jsonl([...lines.slice(5), '']) });
    const sources = [
      { channel: 'both', uri: 's3://srl-rlvr-training/data/gold/' as const },
      { channel: 'again', uri: 's3://srl-rlvr-training/data/gold/a.jsonl' as const },
    ];

    const { counts } = await fixIn(datasets, { sources, approved: ['duplicate'], dropLimit: 0.5 });

    expect(standing(datasets, target)).toMatchObject({
      'both/a.jsonl': jsonl(lines),
      'again/a.jsonl': jsonl(lines),
    });
    expect(Object.keys(standing(datasets, `${target}both/`))).toEqual(['a.jsonl']);
    expect(counts.fixes).toEqual({ duplicate: 15, 'blank-line': 1 });
  });
});
