import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneByOne, type ScanAll } from '../../src/training-data/validate-data.ts';
import type { MemoryDatasets } from '../support/memory-datasets.ts';
import { gsm8kRow, jsonl, reportOn } from './a-data-set.ts';

const good = fc.nat(12).map((n) => JSON.stringify(gsm8kRow(n)));

/** Lines with every defect of single lines and every defect across lines. */
const line = fc.oneof(
  { weight: 6, arbitrary: good },
  good.map((text) => text.replace('How many', 'HOW  many')),
  good.map((text) => `${text}\r`),
  good.map((text) => text.slice(0, 40)),
  good.map((text) => text.replace('"answer"', '"extra": 1, "answer"')),
  fc.constantFrom('', '   ', 'null', '[1]', "{'question': 'q'}", '{"question": NaN, "answer": "#### 1"}'),
  fc.constantFrom(
    '{"prompt": "p", "completion": "c"}',
    '{"question": "q", "answer": 7}',
    '{"note": "\u00c3\u00a9"}',
  ),
);

const step = fc
  .tuple(fc.nat(3), fc.nat(3), fc.constantFrom(3, 4), fc.boolean())
  .map(([source, index, count, own]) =>
    JSON.stringify({
      prompt: [{ role: 'user', content: own ? `Problem ${source}\n${index} steps` : 'Another problem' }],
      expert_action: `action ${index}`,
      step_index: index,
      num_steps: count,
      source_id: source,
    }),
  );

function file(lines: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(lines, { maxLength: 40, size: 'max' }), fc.boolean())
    .map(([all, ended]) => (ended ? jsonl(all) : all.join('\n')));
}

const backwards = (datasets: MemoryDatasets): ScanAll =>
  async function* scan(pieces, schema) {
    yield* oneByOne(datasets)(pieces.toReversed(), schema);
  };

describe('data set report', () => {
  it.each([
    ['rows', line],
    ['steps', step],
  ])('on %s is the same however the data is cut into pieces', async (_what, lines) => {
    await fc.assert(
      fc.asyncProperty(
        file(lines),
        file(lines),
        fc.integer({ min: 1, max: 400 }),
        async (train, test, pieceBytes) => {
          const files = { 'train.jsonl': train, 'test.jsonl': test };

          expect(await reportOn(files, { pieceBytes })).toEqual(await reportOn(files));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is the same in whatever order the pieces are finished', async () => {
    await fc.assert(
      fc.asyncProperty(file(line), fc.infiniteStream(fc.nat()), async (train, random) => {
        const files = { 'train.jsonl': train };
        const inAnyOrder = (datasets: MemoryDatasets): ScanAll =>
          async function* scan(pieces, schema) {
            const shuffled = pieces
              .map((piece) => ({ piece, rank: Number(random.next().value) }))
              .toSorted((one, other) => one.rank - other.rank);
            yield* oneByOne(datasets)(
              shuffled.map(({ piece }) => piece),
              schema,
            );
          };

        expect(await reportOn(files, { pieceBytes: 150, scanAll: inAnyOrder })).toEqual(
          await reportOn(files),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('shows the first locations of a defect, whichever piece is finished first', async () => {
    const { byRule, samples } = await reportOn(
      { 'train.jsonl': '{broken\n'.repeat(200) },
      { pieceBytes: 50, scanAll: backwards, schema: 'gsm8k' },
    );

    expect(byRule).toEqual({ 'not-json': 200 });
    expect(samples.map(({ line, offset }) => ({ line, offset }))).toEqual([
      { line: 1, offset: 0 },
      { line: 2, offset: 8 },
      { line: 3, offset: 16 },
    ]);
  });

  it('always picks the same usual form when two are equally frequent', async () => {
    const rows = [
      '{"prompt": "Say 1", "solution": "1"}',
      '{"prompt": [{"role": "user", "content": "Say 2"}], "solution": "2"}',
    ];
    const files = { 'train.jsonl': jsonl(rows) };

    const report = await reportOn(files);

    expect(report.byRule).toEqual({ 'mixed-schema': 1 });
    expect(await reportOn(files, { pieceBytes: 20, scanAll: backwards })).toEqual(report);
  });

  it('is the same when there are more fields than the limit', async () => {
    const rows = Array.from({ length: 700 }, (_, n) =>
      JSON.stringify({ ...gsm8kRow(n), [`f${(n * 11) % 700}`]: n }),
    );
    const files = { 'train.jsonl': jsonl(rows) };

    const report = await reportOn(files);

    expect(report.byRule).toEqual({ 'extra-field': 511 });
    expect(await reportOn(files, { pieceBytes: 2_000 })).toEqual(report);
  });

  it('counts lines from the beginning of the object in every piece', async () => {
    const rows = Array.from({ length: 90 }, (_, n) => JSON.stringify(gsm8kRow(n)));
    rows[70] = 'broken';

    const { samples } = await reportOn({ 'train.jsonl': jsonl(rows) }, { pieceBytes: 64 });

    const offset = Buffer.byteLength(jsonl(rows.slice(0, 70)));
    expect(samples).toEqual([expect.objectContaining({ rule: 'not-json', line: 71, offset })]);
  });
});
