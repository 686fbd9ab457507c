import { describe, expect, it } from 'vitest';
import { type Attack, attacksOn, textOf } from './attacks.ts';
import { expressionsIn, filesThatBuild } from './collect.ts';

/**
 * Processor time for a text of this length. A linear expression takes a few milliseconds for a megabyte; a quadratic
 * one would take hours, so the shorter texts come first.
 */
const bounds: readonly (readonly [length: number, ms: number])[] = [
  [300, 20],
  [1_500, 20],
  [6_000, 20],
  [32_000, 40],
  [200_000, 200],
  [1_000_000, 1_000],
];
/** Only the slowest attacks are tried on the longest texts. */
const mostTried: readonly number[] = [Infinity, Infinity, Infinity, 40, 6, 3];

describe('a regular expression', () => {
  it('takes linear time on a megabyte of its worst text, wherever it stands in the source', () => {
    const slow = expressionsIn('src').flatMap(({ file, pattern }) => {
      const found = slowest(pattern);
      return found === undefined ? [] : [`${file}: ${String(pattern).slice(0, 100)} ${found}`];
    });

    expect(slow).toEqual([]);
  });

  it('is built while Relight runs only where these files do it, each from short or fixed texts', () => {
    expect(filesThatBuild('src')).toEqual([
      'alarms/sns/message.ts',
      'bot/listeners/choose-playbook.ts',
      'bot/listeners/unknown.ts',
      'checkpoints/formats/json-with-nan.ts',
      'checkpoints/layouts/deepspeed.ts',
      'checkpoints/layouts/openrlhf.ts',
      'checkpoints/layouts/unknown.ts',
      'sanitize/secret-shapes.ts',
      'training-data/fix/rewrite/rewrite-json.ts',
      'training-job/steps-in-log.ts',
    ]);
  });
});

/** What makes the expression too slow; undefined: nothing does. */
function slowest(pattern: RegExp): string | undefined {
  let attacks = attacksOn(pattern);
  for (const [index, [length, most]] of bounds.entries()) {
    const timed: { readonly attack: Attack; readonly ms: number }[] = [];
    for (const attack of attacks) {
      const ms = timeOf(pattern, textOf(attack, length));
      if (ms > most && timeOf(pattern, textOf(attack, length)) > most)
        return `takes ${Math.round(ms)} ms for ${length} letters of ${JSON.stringify(attack)}`;
      timed.push({ attack, ms });
    }
    attacks = timed
      .toSorted((one, other) => other.ms - one.ms)
      .slice(0, mostTried[index + 1])
      .map(({ attack }) => attack);
  }
  return undefined;
}

function timeOf(pattern: RegExp, text: string): number {
  const start = process.cpuUsage();
  if (pattern.global) for (const _ of text.matchAll(pattern));
  else pattern.test(text);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
