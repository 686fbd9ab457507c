import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FailureKind } from '../../src/ports/failure-kind.ts';
import { type Half, readCorpus, sourceOf } from './entry.ts';
import { outcomeOf, type Score, scoreOf } from './measure.ts';

const corpus = readCorpus();

describe('the corpus of reported failures', () => {
  it('holds at least 400 reports, and at least 15 of each kind', () => {
    const counts = new Map(FailureKind.options.map((kind) => [kind, 0]));
    for (const { kinds } of corpus) counts.set(kinds[0], (counts.get(kinds[0]) ?? 0) + 1);

    expect(corpus.length).toBeGreaterThanOrEqual(400);
    expect([...counts].filter(([, count]) => count < 15)).toEqual([]);
  });

  it('holds no report twice', () => {
    const keys = corpus.map(({ from, says, before }) => `${from} ${says.join('\n')} ${before}`);

    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('comes from many sources, so that no project dominates a half', () => {
    const sources = corpus.map(sourceOf);
    const largest = Math.max(...sources.map((source) => sources.filter((one) => one === source).length));

    expect(largest / corpus.length).toBeLessThan(0.15);
  });
});

describe('the diagnosis of reported failures', () => {
  const outcomes = corpus.map(outcomeOf);
  // Written by `npm run score -- --write`.
  const last = JSON.parse(readFileSync('test/corpus/score.json', 'utf8')) as Record<Half, Score>;

  it.each(['build', 'measure'] as const)('is as good on the %s half as in the last score', (half) => {
    const now = scoreOf(outcomes.filter((one) => one.half === half));
    const { entries, named, right, harmful } = last[half];

    expect(now.entries).toBe(entries);
    expect(now.named).toBeGreaterThanOrEqual(named);
    expect(now.right).toBeGreaterThanOrEqual(right);
    expect(now.harmful).toBeLessThanOrEqual(harmful);
  });
});
