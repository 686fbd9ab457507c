import regexpTree from 'regexp-tree';
import type { Char, CharacterClass, Disjunction, Expression, Repetition } from 'regexp-tree/ast';

/** A worst-case input: a repeated pump between a prefix and a suffix that makes the match fail. */
export interface Attack {
  readonly before: string;
  readonly pump: string;
  readonly after: string;
}

export function textOf({ before, pump, after }: Attack, length: number): string {
  return `${before}${pump.repeat(Math.ceil(length / pump.length))}${after}`;
}

/** Suffixes that make the match fail. */
const suffixes = ['', '\n', '\u0000', '-'];
/** Candidates for matching a character class, in the order they are tried. */
const candidates = 'aA0 -./"\'\\=:_\n\r\t,(@x$%'.split('');
/** Escape sequences after which a quoted string continues. */
const escapes = ['\\"', "\\'", '\\\\'];
const maxRepetitions = 20;
const maxSamples = 4;

/** For each quantifier, repeats its content, and repeats everything up to and including it. */
export function attacksOn(pattern: RegExp): readonly Attack[] {
  const pumps = new Map<string, readonly [before: string, pump: string]>();
  const add = (before: string, pump: string): void => {
    if (pump !== '') pumps.set(`${before} ${pump}`, [before, pump]);
  };
  for (const pump of [...candidates, ...escapes]) add('', pump);
  const { body } = regexpTree.parse(pattern);
  if (body !== null) {
    visit(body, '', ({ expression }, before) => {
      for (const content of samplesOf(expression)) {
        add(before, content);
        add('', `${before}${content}`);
        add('', `${before}${content.repeat(3)}`);
        add('', `${content}${before}`);
      }
    });
    for (const whole of samplesOf(body)) {
      add('', whole);
      add('', whole.slice(0, -1));
    }
  }
  return [...pumps.values()].flatMap(([before, pump]) => suffixes.map((after) => ({ before, pump, after })));
}

/** Calls `found` for each quantifier, with a text that matches the expression before it. */
function visit(node: Expression, before: string, found: (node: Repetition, before: string) => void): void {
  if (node.type === 'Repetition') found(node, before);
  let text = before;
  for (const part of partsOf(node)) {
    visit(part, text, found);
    if (node.type === 'Alternative') text += samplesOf(part)[0] ?? '';
  }
}

function partsOf(node: Expression): readonly Expression[] {
  switch (node.type) {
    case 'Repetition':
      return [node.expression];
    case 'Alternative':
      return node.expressions;
    case 'Disjunction':
      return sidesOf(node);
    case 'Group':
      return node.expression === null ? [] : [node.expression];
    case 'Assertion':
      return 'assertion' in node && node.assertion !== null ? [node.assertion] : [];
    default:
      return [];
  }
}

/** Returns a few texts that match an expression. */
function samplesOf(node: Expression): readonly string[] {
  switch (node.type) {
    case 'Char':
      return [sampleOfChar(node)];
    case 'CharacterClass':
      return samplesOfClass(node);
    case 'Repetition': {
      const { quantifier } = node;
      const min = quantifier.kind === 'Range' ? quantifier.from : 1;
      const times = Math.min(Math.max(min, 1), maxRepetitions);
      return samplesOf(node.expression).map((text) => text.repeat(times));
    }
    case 'Alternative':
      return node.expressions.reduce<readonly string[]>(
        (heads, part) => {
          const tails = samplesOf(part);
          const joined = heads.flatMap((head, at) => [
            `${head}${tails[at % Math.max(1, tails.length)] ?? ''}`,
          ]);
          const others = tails.slice(heads.length).map((tail) => `${heads[0] ?? ''}${tail}`);
          return [...joined, ...others].slice(0, maxSamples);
        },
        [''],
      );
    case 'Disjunction':
      return sidesOf(node)
        .flatMap(samplesOf)
        .slice(0, maxSamples * 2);
    case 'Group':
      return node.expression === null ? [''] : samplesOf(node.expression);
    default:
      return [''];
  }
}

function sidesOf(node: Disjunction): readonly Expression[] {
  return [node.left, node.right].flatMap((side) => {
    if (side === null) return [];
    return side.type === 'Disjunction' ? sidesOf(side) : [side];
  });
}

function sampleOfChar({ value, kind, codePoint }: Char): string {
  if (kind === 'simple') return value.length === 2 && value.startsWith('\\') ? value.slice(1) : value;
  if (kind === 'meta') return candidates.find((letter) => matches(value, letter)) ?? '';
  return Number.isNaN(codePoint) ? '' : String.fromCodePoint(codePoint);
}

function samplesOfClass(node: CharacterClass): readonly string[] {
  const source = regexpTree.generate(node);
  return candidates.filter((letter) => matches(source, letter)).slice(0, maxSamples);
}

function matches(source: string, letter: string): boolean {
  try {
    return new RegExp(`^(?:${source})$`, 's').test(letter);
  } catch {
    return new RegExp(`^(?:${source})$`, 'su').test(letter);
  }
}
