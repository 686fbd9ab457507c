import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { describe, expect, it } from 'vitest';
import { secretForms } from '../../src/sanitize/secret-forms.ts';
import { type Attack, attacksOn, textOf } from './attacks.ts';

/**
 * CPU time limit per text length. A linear expression takes a few milliseconds for a megabyte. A quadratic one would
 * take hours, so shorter texts are tried first.
 */
const bounds: readonly (readonly [length: number, ms: number])[] = [
  [300, 20],
  [1_500, 20],
  [6_000, 20],
  [32_000, 40],
  [200_000, 200],
  [1_000_000, 1_000],
];
/** These read the texts of jobs and alarms, many expressions per text, while clicks wait: 100 ms for each megabyte. */
const readsLongTexts = /^(?:diagnosis|alarms|training-job)\//;
const quietMs = 100;
/** `npm run fuzz`. */
const isLong = Number(process.env['FUZZ_SECONDS'] ?? 0) > 30;
/**
 * The suite keeps both cores busy, so its own tests slow an expression down to a third, in CPU time too. `npm run fuzz`
 * asks for the time on a quiet machine.
 */
const maxMsOfLongText = isLong ? quietMs : 4 * quietMs;
/**
 * How many attacks continue to each length: only the slowest ones are tried on the longest texts. A quadratic expression
 * is over the bound long before those, so the suite tries few of them.
 */
const maxAttacks: readonly number[] = [Infinity, Infinity, Infinity, ...(isLong ? [40, 6, 3] : [20, 3, 1])];

describe('every regular expression in the source', () => {
  it('takes linear time on a megabyte of its worst-case input', () => {
    const slow = expressionsIn('src').flatMap(({ file, pattern }) => {
      const found = slowAttack(pattern, readsLongTexts.test(file) ? maxMsOfLongText : Infinity);
      return found === undefined ? [] : [`${file}: ${String(pattern).slice(0, 100)} ${found}`];
    });

    expect(slow).toEqual([]);
  });

  it('is a literal, except in these files, which build expressions from short or fixed strings', () => {
    expect(filesThatBuildExpressions('src')).toEqual([
      'alarms/sns/message.ts',
      'bot/listeners/buttons.ts',
      'bot/listeners/choose-playbook.ts',
      'checkpoints/finding/checkpoint-names.ts',
      'checkpoints/formats/json-with-nan.ts',
      'checkpoints/layouts/deepspeed.ts',
      'checkpoints/layouts/name-across-steps.ts',
      'checkpoints/layouts/openrlhf.ts',
      'diagnosis/version-demand.ts',
      'ports/s3/address.ts',
      'relaunch/pin/requirement.ts',
      'sanitize/secret-forms.ts',
      'sanitize/secret-shapes.ts',
      'training-data/fix/rewrite/rewrite-json.ts',
      'training-job/steps-in-log.ts',
    ]);
  });
});

/** A description of the first attack that is too slow, if any. */
function slowAttack(pattern: RegExp, atMostMs: number): string | undefined {
  let attacks = attacksOn(pattern);
  for (const [index, [length, bound]] of bounds.entries()) {
    const maxMs = Math.min(bound, atMostMs);
    const timed: { readonly attack: Attack; readonly ms: number }[] = [];
    for (const attack of attacks) {
      const ms = bestTimeOf(pattern, textOf(attack, length), maxMs);
      if (ms > maxMs)
        return `takes ${Math.round(ms)} ms for ${length} characters of ${JSON.stringify(attack)}`;
      timed.push({ attack, ms });
    }
    attacks = timed
      .toSorted((one, other) => other.ms - one.ms)
      .slice(0, maxAttacks[index + 1])
      .map(({ attack }) => attack);
  }
  return undefined;
}

/** A busy machine slows single runs down by half or more, so a run over the limit is repeated. */
function bestTimeOf(pattern: RegExp, text: string, maxMs: number): number {
  let best = Infinity;
  for (let left = 6; left > 0 && best > maxMs; left -= 1) best = Math.min(best, timeOf(pattern, text));
  return best;
}

function timeOf(pattern: RegExp, text: string): number {
  const start = process.cpuUsage();
  if (pattern.global) for (const _ of text.matchAll(pattern));
  else pattern.test(text);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

interface Expression {
  readonly file: string;
  readonly pattern: RegExp;
}

/** Every regular expression in the source, including those built from several strings. */
function expressionsIn(folder: string): readonly Expression[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const literals = files.flatMap((file) => {
    const found: Expression[] = [];
    const program = parseSync(readFileSync(join(folder, file), 'utf8'), { syntax: 'typescript' });
    collect(program, (source, flags) => found.push({ file, pattern: new RegExp(source, flags) }));
    return found;
  });
  const built = secretForms.map(({ pattern }) => ({ file: 'sanitize/secret-shapes.ts', pattern }));
  const all = [...literals, ...built].map((one) => [`${one.file} ${String(one.pattern)}`, one] as const);
  return [...new Map(all).values()];
}

/** The files that build regular expressions at run time. */
function filesThatBuildExpressions(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => /\bRegExp\(/.test(readFileSync(join(folder, name), 'utf8')))
    .toSorted();
}

function collect(node: unknown, found: (source: string, flags: string) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && node.type === 'RegExpLiteral' && 'pattern' in node && 'flags' in node)
    found(String(node.pattern), String(node.flags));
  for (const value of Object.values(node)) collect(value, found);
}
