import { describe, expect, it } from 'vitest';
import { validateTrainingData } from '../../../src/playbooks/actions/validate-training-data.ts';
import type { S3Uri } from '../../../src/ports/ports.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { folder, gsm8kRows, jsonl, withDefect } from '../../training-data/a-data-set.ts';

const input = { uris: [folder as S3Uri], tier: 'gold' };

async function reportOn(
  text: string,
  ports = fakePorts(),
): Promise<ReturnType<typeof validateTrainingData.report>> {
  ports.datasets.put(`${folder}train.jsonl`, text);
  const output = await validateTrainingData.run(input, ports);
  if (output instanceof Again) throw new Error('it has nothing to wait for');
  expect(validateTrainingData.output.parse(output)).toEqual(output);
  return validateTrainingData.report(output);
}

describe('checking the training data', () => {
  it('reports valid data', async () => {
    expect((await reportOn(jsonl(gsm8kRows(1_200)))).headline).toBe('All 1,200 records are valid');
  });

  it('reports how many records are broken, why and where', async () => {
    const rows = withDefect('{"question": 5}', 1_200);
    rows[1_100] = 'not json';

    const { headline, lines, facts } = await reportOn(jsonl(rows));

    expect(headline).toBe('2 of 1,200 records are broken: 1 × not-json, 1 × field-missing, 1 × field-type');
    const offset = Buffer.byteLength(jsonl(rows.slice(0, 1_100))).toLocaleString('en-US');
    expect(lines).toEqual(
      expect.arrayContaining([
        'Error not-json, 1 ×: is not JSON',
        expect.stringMatching(`^  train.jsonl line 1,101 \\(byte ${offset}\\): Unexpected token`),
      ]),
    );
    expect(facts).toContainEqual({ label: 'Found', value: '3 errors, 0 warnings' });
  });

  it('stays short and harmless with any data', async () => {
    const nasty = (n: number): string =>
      JSON.stringify({ [`<!channel> ${n}\n*`.repeat(500)]: '\u202e<@U1>' });
    const rows = Array.from({ length: 3_000 }, (_, n) => nasty(n));

    const { headline, lines = [] } = await reportOn(jsonl([...gsm8kRows(4_000), ...rows]));

    expect(headline).toBe('3,000 of 7,000 records are broken: 6,000 × field-missing');
    expect(lines.length).toBeLessThan(80);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(300);
    expect(lines.join('')).not.toContain('\n');
  });

  it('applies the tier’s requirements from relight.yaml', async () => {
    const gold = { schema: 'gsm8k' as const, required: ['question', 'level'] };
    const ports = { ...fakePorts(), tiersData: { gold } };

    const { headline } = await reportOn(jsonl(gsm8kRows(10)), ports);

    expect(headline).toBe('10 of 10 records are broken: 10 × field-missing');
  });

  it('names errors of whole objects if no record is at fault', async () => {
    const ports = fakePorts();
    ports.datasets.put(`${folder}empty.jsonl`, '');

    expect((await reportOn(jsonl(gsm8kRows(10)), ports)).headline).toBe(
      'The data has 1 error: 1 × empty-object',
    );
  });
});
