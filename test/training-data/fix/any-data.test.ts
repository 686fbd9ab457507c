import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/errors.ts';
import { rules } from '../../../src/training-data/data-rules.ts';
import { approvalFixes, type FixId, fixesWith } from '../../../src/training-data/fix/fixes.ts';
import { fixLine } from '../../../src/training-data/fix/rewrite/fix-line.ts';
import { judgeLine } from '../../../src/training-data/judge/judge.ts';
import { schemas } from '../../../src/training-data/record-forms.ts';
import { dataSet, fixIn, standing, target } from './a-fix.ts';

const blanks = fc.constantFrom('', '', '', ' ', '\n', '\t ', '\u00a0', '\u000c');
const word = fc.oneof(
  fc.constantFrom('Café?', 'Cafe\u0301?', 'NaN', '“so”', 'it’s', '\\frac{1}{2}', '1,000', 'Ã©', '\u0130'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const text = fc.tuple(blanks, word, fc.constantFrom('', 'How many?'), blanks).map((parts) => parts.join(''));

const digits = fc.integer({ min: -2_000_000, max: 2_000_000 });
/** The ground truth as JSON text. */
const truth = fc.oneof(
  digits.map((n) => JSON.stringify(String(n))),
  digits.map((n) => JSON.stringify(n.toLocaleString('en-US'))),
  digits.map((n) => JSON.stringify(`$${n}`)),
  digits.map((n) => `${n}`),
  fc.tuple(digits, fc.nat(99)).map(([n, part]) => `${n}.${part}0`),
  fc.tuple(digits, blanks).map(([n, blank]) => JSON.stringify(`${blank}${n}.5${blank}`)),
  fc.constantFrom(
    'null',
    'NaN',
    '""',
    '"1,5"',
    '"seven"',
    '[7]',
    '["1,234", 5]',
    '12345678901234567890',
    '-0',
  ),
);

const record = fc
  .record({
    question: text,
    answer: truth,
    extra: fc.array(fc.string(), { maxLength: 2 }).map((texts) => JSON.stringify(texts)),
    role: fc.constantFrom('user', 'user', 'user', 'usr'),
  })
  .map(({ question, answer, extra, role }) => {
    const prompt = JSON.stringify([{ role, content: question }]);
    return `{"data_source": "openai/gsm8k", "prompt": ${prompt}, "reward_model": {"style": "rule", "ground_truth": ${answer}}, "extra_info": {"n": 12345678901234567890, "x": ${extra}}}`;
  });

const line = fc
  .oneof(
    { weight: 8, arbitrary: record },
    record.map((one) => one.replaceAll('"', "'")),
    record.map((one) => one.replace(/}$/, ',}')),
    record.map((one) => `\ufeff${one}`),
    record.map((one) => `${one}\r`),
    record.map((one) => one.slice(0, 60)),
    fc.constantFrom('', '  ', 'null', '[1]', '{}'),
  )
  .map((one) => Buffer.from(one));

/** Encoded as Latin-1, about half of the non-ASCII characters are not valid UTF-8. */
const bytes = fc.oneof(
  { weight: 5, arbitrary: line },
  line.map((one) => Buffer.from(one.toString('utf8'), 'latin1')),
);

const file = fc.tuple(fc.array(bytes, { maxLength: 12 }), fc.boolean()).map(([lines, ended]) => {
  const joined = Buffer.concat(lines.flatMap((one) => [one, Buffer.from('\n')]));
  return ended ? joined : joined.subarray(0, -1);
});

const approved = fc.constantFrom<readonly FixId[]>([], approvalFixes);

function kept(raw: Uint8Array, names: readonly FixId[]): Uint8Array | undefined {
  const terms = { schema: schemas.verl, fixes: fixesWith(names) };
  const fixed = fixLine({ line: 1, offset: 0, bytes: raw, ended: true }, terms);
  return 'kept' in fixed ? fixed.kept : undefined;
}

describe('any fixed line', () => {
  it('has no errors, and does not change when it is fixed again', () => {
    fc.assert(
      fc.property(bytes, approved, (raw, names) => {
        const once = kept(raw, names);
        if (once === undefined) return;
        const { findings } = judgeLine({ line: 1, offset: 0, bytes: once, ended: true }, '', schemas.verl);

        expect(findings.filter(({ rule }) => rules[rule].severity === 'error')).toEqual([]);
        expect(Buffer.from(kept(once, names) ?? []).toString()).toBe(Buffer.from(once).toString());
      }),
      { numRuns: 300 },
    );
  });

  it('is identical to its source if that has no findings', () => {
    fc.assert(
      fc.property(bytes, (raw) => {
        const { findings } = judgeLine({ line: 1, offset: 0, bytes: raw, ended: true }, '', schemas.verl);
        if (findings.length > 0) return;

        expect(Buffer.from(kept(raw, []) ?? []).equals(raw)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps its meaning: the same keys, the same numbers, and the same texts apart from their ends and spelling', () => {
    fc.assert(
      fc.property(record, (raw) => {
        const after = kept(Buffer.from(raw), []);
        if (after === undefined) return;
        // The meaning of the line with NaN as null; the generator writes NaN only in the ground truth.
        const [before, now] = [leaves(JSON.parse(raw)), leaves(JSON.parse(Buffer.from(after).toString()))];

        expect([...now.keys()]).toEqual([...before.keys()]);
        for (const [path, value] of now) expect(meaning(path, value)).toBe(meaning(path, before.get(path)));
        expect(Buffer.from(after).toString()).toContain('"n": 12345678901234567890');
      }),
      { numRuns: 300 },
    );
  });
});

/** Every string, number and literal of a record, by path. */
function leaves(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]]);
  return new Map(Object.entries(value).flatMap(([key, item]) => [...leaves(item, `${path}.${key}`)]));
}

function meaning(path: string, value: unknown): unknown {
  if (path.startsWith('.reward_model.ground_truth')) return Number(String(value).replace(/[,$\s]/g, ''));
  return typeof value === 'string'
    ? value.normalize('NFC').replace(/^[ \t\n\r\u00a0]+|[ \t\n\r\u00a0]+$/g, '')
    : value;
}

/** A damaged beginning can look like binary data, which nobody can fix. */
function refused(error: unknown): undefined {
  if (!(error instanceof OpsError) || error.code !== 'fix-refused') throw error;
}

describe('any data set', () => {
  it('is valid once fixed, and fixing it again changes no byte, or it is refused and nothing is written', async () => {
    await fc.assert(
      fc.asyncProperty(file, file, approved, async (one, other, names) => {
        const terms = { schema: 'verl' as const, approved: names, dropLimit: 1 };
        const datasets = dataSet({
          'a.jsonl': one,
          'b.jsonl': other,
          'c.jsonl': `${JSON.stringify(whole)}\n`,
        });

        const fixed = await fixIn(datasets, terms).catch(refused);
        if (fixed === undefined) {
          expect(standing(datasets, target)).toEqual({});
          return;
        }
        const { revalidated, inputs } = fixed;
        const [first] = Object.values(inputs);
        const again = { ...terms, target: 's3://srl-rlvr-training/fixed-data/try-2/' as const };
        await fixIn(datasets, { ...again, sources: [{ channel: 'train', uri: first ?? target }] });

        expect(revalidated.errors).toBe(0);
        expect(standing(datasets, `${again.target}train/`)).toEqual(standing(datasets, `${target}train/`));
      }),
      {
        numRuns: 40,
        // The first are records that end with CR, after a blank line that ends with LF.
        examples: [
          [Buffer.from(`\n${JSON.stringify(whole)}\r`), Buffer.from(''), []],
          // More lines that break off than whole records.
          [Buffer.from('{"prompt": "a'), Buffer.from('{"prompt": "b'), []],
        ],
      },
    );
  });
});

/** At least one record is always left. */
const whole = {
  data_source: 'openai/gsm8k',
  prompt: [{ role: 'user', content: 'Is anything left?' }],
  reward_model: { style: 'rule', ground_truth: '1' },
};
