import { describe, expect, it } from 'vitest';
import { layOut } from '../../../src/incidents/request/proposal-layout.ts';
import type { Difference } from '../../../src/ports/step-output.ts';

const name: Difference = { field: 'TrainingJobName', before: 'a', after: 'a-r1' };
const folder: Difference = { field: 'CheckpointConfig.S3Uri', before: 's3://b/old/', after: 's3://b/new/' };
const ownTags = ['intent', 'spec-hash', 'incident'].map(
  (key): Difference => ({ field: `Tags.relight:${key}`, after: 'x' }),
);

function typed(count: number, value = 'v'): Difference[] {
  return Array.from({ length: count }, (_, n) => ({
    field: `HyperParameters.p${n}`,
    after: value,
    by: 'person' as const,
    why: 'requested by a person',
  }));
}

describe('the message of a request', () => {
  it("shows typed values first, then changes to the training, and Relight's own tags on one line", () => {
    const {
      shown,
      ownTags: folded,
      whole,
    } = layOut({
      differences: [
        name,
        ...ownTags,
        folder,
        ...typed(23),
        { ...typed(1)[0], field: 'HyperParameters.push_to_hub', after: 'true' } as Difference,
      ],
      warnings: [],
    });

    expect(shown.slice(0, 24).map(({ field }) => field)).toEqual([
      ...typed(23).map(({ field }) => field),
      'HyperParameters.push_to_hub',
    ]);
    expect(shown.slice(24).map(({ field }) => field)).toEqual(['CheckpointConfig.S3Uri', 'TrainingJobName']);
    expect(folded).toHaveLength(3);
    expect(whole).toBe(true);
  });

  it('counts the fields and warnings that do not fit, and is then not complete', () => {
    const { shown, hidden, hiddenWarnings, whole } = layOut({
      differences: typed(90),
      warnings: Array.from({ length: 12 }, (_, n) => `warning ${n}`),
    });

    expect(shown.length + hidden).toBe(90);
    expect([hidden > 0, hiddenWarnings, whole]).toEqual([true, 4, false]);
  });

  it('shows the changed part of two long values and counts the omitted characters', () => {
    const [before, after] = ['1e-5', '2e-5'].map((rate) => `${'x'.repeat(1_000)}${rate}${'y'.repeat(700)}`);

    const { shown, whole } = layOut({
      differences: [{ field: 'HyperParameters.args', before: before ?? '', after: after ?? '' }],
      warnings: [],
    });

    expect(shown[0]?.before).toContain('1e-5');
    expect(shown[0]?.after).toContain('2e-5');
    expect(shown[0]?.after).toContain('[960 unchanged characters] …');
    expect(whole).toBe(true);
  });

  it('is not complete if a long new value is cut, and the value says so', () => {
    const { shown, whole } = layOut({
      differences: [{ field: 'HyperParameters.args', after: 'z'.repeat(2_000) }],
      warnings: [],
    });

    expect(shown[0]?.after).toContain('[1,740 more characters]');
    expect(whole).toBe(false);
  });
});
