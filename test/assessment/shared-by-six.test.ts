import { describe, expect, it } from 'vitest';
import { commonCause, type SeenJob } from '../../src/assessment/common-cause.ts';
import type { Trait } from '../../src/assessment/traits.ts';

const type = (value: string): Trait => ({ kind: 'instance type', value });
const role = (value: string): Trait => ({ kind: 'role', value });
const data = (value: string): Trait => ({ kind: 'training data', value });

function jobs(failed: boolean, ...each: readonly (readonly Trait[])[]): SeenJob[] {
  return each.map((traits, index) => ({ job: `${failed}-${index}`, failed, traits }));
}

function suspected(seen: readonly SeenJob[]): string[] {
  return commonCause(seen).suspects.map(({ kind, value }) => `${kind} ${value}`);
}

describe('six of six failed jobs', () => {
  const shapes: readonly (readonly [string, Trait, Trait])[] = [
    ['a subnet', { kind: 'subnet', value: 'subnet-bad' }, { kind: 'subnet', value: 'subnet-good' }],
    ['an image', { kind: 'image', value: 'trainer:9' }, { kind: 'image', value: 'trainer:8' }],
    ['an instance type', type('ml.p5'), type('ml.g5')],
    ['a role', role('old-role'), role('new-role')],
    ['an input prefix', data('s3://b/new/'), data('s3://b/old/')],
  ];
  /** Each job also has a trait of its own. */
  const six = (common?: Trait): readonly SeenJob[] =>
    jobs(true, ...Array.from({ length: 6 }, (_, n) => [role(`of-${n}`), ...(common ? [common] : [])]));
  const sharedBy = (seen: readonly SeenJob[]): string[] =>
    commonCause(seen).shared.map(({ kind, value }) => `${kind} ${value}`);

  it.each(shapes)(
    'share %s that no healthy job has: it is the cause beside three, and a lead beside one or none',
    (_, bad, good) => {
      const name = `${bad.kind} ${bad.value}`;
      expect(suspected([...six(bad), ...jobs(false, [good], [good], [good])])).toEqual([name]);
      expect(sharedBy([...six(bad), ...jobs(false, [good])])).toEqual([name]);
      expect(sharedBy(six(bad))).toEqual([name]);
    },
  );

  it('share their error text even if everything else differs', () => {
    const seen = six().map((job) => ({ ...job, failure: 'NCCL error: unhandled system error' }));
    expect(commonCause(seen).sameFailure).toEqual({ text: 'NCCL error: unhandled system error', jobs: 6 });
  });

  it('have nothing in common if each is different, or if the healthy jobs share the trait too', () => {
    const different = six().map((job, n) => ({ ...job, failure: `error ${n}` }));
    expect(commonCause(different)).toEqual({ failed: 6, healthy: 0, suspects: [], shared: [] });
    const everywhere = [...six(type('ml.p5')), ...jobs(false, [type('ml.p5')], [type('ml.p5')])];
    expect(commonCause(everywhere)).toMatchObject({ suspects: [], shared: [] });
  });
});
