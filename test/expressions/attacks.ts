import regexpTree from 'regexp-tree';
import type { Char, CharacterClass, Disjunction, Expression, Repetition } from 'regexp-tree/ast';

/** A text that makes an expression slow: something repeated, between a beginning and an end that lets it fail. */
export interface Attack {
  readonly before: string;
  readonly pump: string;
  readonly after: string;
}

export function textOf({ before, pump, after }: Attack, length: number): string {
  return `${before}${pump.repeat(Math.ceil(length / pump.length))}${after}`;
}

/** What ends a text so that the expression does not match it. */
const ends = ['', '\n', '\u0000', '-'];
/** What a class of characters may match, tried in this order. */
const letters = 'aA0 -./"\'\\=:_\n\r\t,(@x$%'.split('');
/** What a string in quotes goes on after, although it looks as if it ended. */
const escapes = ['\\"', "\\'", '\\\\'];
const mostRepeated = 20;
const mostSamples = 4;

/** For each quantifier: its content again and again, and all that stands up to it again and again. */
export function attacksOn(pattern: RegExp): readonly Attack[] {
  const pumps = new Map<string, readonly [before: string, pump: string]>();
  const add = (before: string, pump: string): void => {
    if (pump !== '') pumps.set(`${before} ${pump}`, [before, pump]);
  };
  for (const pump of [...letters, ...escapes]) add('', pump);
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
  return [...pumps.values()].flatMap(([before, pump]) => ends.map((after) => ({ before, pump, after })));
}

/** Calls for each quantifier, with a text that the expression before it matches. */
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

/** A few texts that an expression matches. */
function samplesOf(node: Expression): readonly string[] {
  switch (node.type) {
    case 'Char':
      return [sampleOfChar(node)];
    case 'CharacterClass':
      return samplesOfClass(node);
    case 'Repetition': {
      const { quantifier } = node;
      const least = quantifier.kind === 'Range' ? quantifier.from : 1;
      const times = Math.min(Math.max(least, 1), mostRepeated);
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
          return [...joined, ...others].slice(0, mostSamples);
        },
        [''],
      );
    case 'Disjunction':
      return sidesOf(node)
        .flatMap(samplesOf)
        .slice(0, mostSamples * 2);
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
  if (kind === 'meta') return letters.find((letter) => matches(value, letter)) ?? '';
  return Number.isNaN(codePoint) ? '' : String.fromCodePoint(codePoint);
}

function samplesOfClass(node: CharacterClass): readonly string[] {
  const source = regexpTree.generate(node);
  return letters.filter((letter) => matches(source, letter)).slice(0, mostSamples);
}

function matches(source: string, letter: string): boolean {
  try {
    return new RegExp(`^(?:${source})$`, 's').test(letter);
  } catch {
    return new RegExp(`^(?:${source})$`, 'su').test(letter);
  }
}
