import { seal } from '../../src/audit/chain.ts';
import { chain } from '../support/proofs.ts';

/** The objects of a vault by key. */
export type Objects = ReadonlyMap<string, string>;
export type Dice = () => number;

interface Line {
  readonly seq: number;
  readonly at: number;
  readonly event: object;
  readonly prev: string;
  readonly hash: string;
}

export function pick<T>(list: readonly T[], dice: Dice): T {
  const one = list[Math.floor(dice() * list.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

const keysOf = (objects: Objects, folder: string): readonly string[] =>
  [...objects.keys()].filter((key) => key.startsWith(folder)).toSorted();

function journalOf(
  objects: Objects,
  dice: Dice,
): { readonly prefix: string; readonly keys: readonly string[] } {
  const prefix = pick(keysOf(objects, 'journals/'), dice).replace(/[^/]+$/, '');
  return { prefix, keys: keysOf(objects, prefix) };
}

const linesIn = (objects: Objects, key: string): readonly string[] =>
  (objects.get(key) ?? '').split('\n').slice(0, -1);
const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

function withLines(objects: Objects, key: string, lines: readonly string[]): Objects {
  return new Map(objects).set(key, textOf(lines));
}

/** The journal in one piece, changed, and written back under the keys that Relight would use. */
function rewritten(
  objects: Objects,
  dice: Dice,
  change: (lines: readonly string[], journal: string) => readonly string[],
): Objects {
  const { prefix, keys } = journalOf(objects, dice);
  const lines = change(
    keys.flatMap((key) => linesIn(objects, key)),
    prefix.split('/')[1] ?? '',
  );
  const others = [...objects].filter(([key]) => !keys.includes(key));
  const size = 7;
  const pieces = Array.from({ length: Math.ceil(lines.length / size) }, (_, index) => index * size);
  return new Map([
    ...others,
    ...pieces.map((first): [string, string] => [
      `${prefix}${String(first).padStart(8, '0')}.jsonl`,
      textOf(lines.slice(first, first + size)),
    ]),
  ]);
}

const parsed = (line: string): Line => JSON.parse(line) as Line;

/** Seals these events from an entry on, as somebody does who has only the code, or also the journal key. */
function resealed(
  lines: readonly string[],
  from: number,
  journal: string,
  withKey: boolean,
): readonly string[] {
  let prev = from === 0 ? chain.genesis : parsed(lines[from - 1] ?? '').hash;
  return [
    ...lines.slice(0, from),
    ...lines.slice(from).map((line) => {
      const { seq, at, event } = parsed(line);
      const entry = { seq, at, event: { ...event, edited: true }, prev };
      const sealed = withKey ? chain.seal(entry, journal) : { ...seal(entry), proof: { mac: 'AAAA' } };
      prev = sealed.hash;
      return JSON.stringify(sealed);
    }),
  ];
}

function swapped<T>(list: readonly T[], one: number, other: number): readonly T[] {
  return list.map((item, index) => list[index === one ? other : index === other ? one : index] ?? item);
}

function twoOf(length: number, dice: Dice): readonly [number, number] {
  const one = Math.floor(dice() * length);
  return [one, (one + 1 + Math.floor(dice() * (length - 1))) % length];
}

/** Everything that somebody who can write to the bucket, but not sign, may do to it. */
export const mutations: Readonly<Record<string, (objects: Objects, dice: Dice) => Objects>> = {
  'a flipped bit': (objects, dice) => {
    const key = pick([...keysOf(objects, 'journals/'), ...keysOf(objects, 'heads/')], dice);
    const bytes = Buffer.from(objects.get(key) ?? '');
    const at = Math.floor(dice() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(dice() * 7));
    return new Map(objects).set(key, bytes.toString());
  },
  'an edited line with a new hash': (objects, dice) =>
    rewritten(objects, dice, (lines) => {
      const at = Math.floor(dice() * lines.length);
      return lines.map((line, index) => {
        if (index !== at) return line;
        const { seq, at: time, event, prev } = parsed(line);
        return JSON.stringify({ ...seal({ seq, at: time + 1, event, prev }), proof: { mac: 'AAAA' } });
      });
    }),
  'an edited line and new hashes to the end': (objects, dice) =>
    rewritten(objects, dice, (lines, journal) =>
      resealed(lines, Math.floor(dice() * lines.length), journal, false),
    ),
  'a removed line': (objects, dice) =>
    rewritten(objects, dice, (lines) => lines.toSpliced(Math.floor(dice() * lines.length), 1)),
  'a line removed from its object': (objects, dice) => {
    const key = pick(keysOf(objects, 'journals/'), dice);
    const lines = linesIn(objects, key);
    return withLines(objects, key, lines.toSpliced(Math.floor(dice() * lines.length), 1));
  },
  'a removed object': (objects, dice) => {
    const { keys } = journalOf(objects, dice);
    const gone = pick(keys, dice);
    return new Map([...objects].filter(([key]) => key !== gone));
  },
  'a removed journal': (objects, dice) => {
    const { keys } = journalOf(objects, dice);
    return new Map([...objects].filter(([key]) => !keys.includes(key)));
  },
  'a repeated line': (objects, dice) =>
    rewritten(objects, dice, (lines) =>
      lines.toSpliced(Math.floor(dice() * (lines.length + 1)), 0, pick(lines, dice)),
    ),
  'a line of another journal': (objects, dice) => {
    const line = pick(linesIn(objects, pick(keysOf(objects, 'journals/'), dice)), dice);
    return rewritten(objects, dice, (lines) =>
      lines.toSpliced(Math.floor(dice() * (lines.length + 1)), 0, line),
    );
  },
  'a made-up line at the end': (objects, dice) =>
    rewritten(objects, dice, (lines) => {
      const { seq, at, event, hash } = parsed(lines.at(-1) ?? '');
      return [
        ...lines,
        JSON.stringify({ ...seal({ seq: seq + 1, at, event, prev: hash }), proof: { mac: 'AAAA' } }),
      ];
    }),
  'two lines in another order': (objects, dice) =>
    rewritten(objects, dice, (lines) => swapped(lines, ...twoOf(lines.length, dice))),
  'two objects in another order': (objects, dice) => {
    const { keys } = journalOf(objects, dice);
    const [one, other] = twoOf(keys.length, dice);
    const [first = '', second = ''] = [keys[one], keys[other]];
    return new Map(objects).set(first, objects.get(second) ?? '').set(second, objects.get(first) ?? '');
  },
  'a cut end': (objects, dice) =>
    rewritten(objects, dice, (lines) => lines.slice(0, Math.floor(dice() * lines.length))),
  'a cut object': (objects, dice) => {
    const key = pick(keysOf(objects, 'journals/'), dice);
    const text = objects.get(key) ?? '';
    return new Map(objects).set(key, text.slice(0, Math.floor(dice() * text.length)));
  },
  'another history with the journal key': (objects, dice) =>
    rewritten(objects, dice, (lines, journal) =>
      resealed(lines, Math.floor(dice() * lines.length), journal, true),
    ),
  'a second object for the same entries': (objects, dice) => {
    const { prefix, keys } = journalOf(objects, dice);
    const lines = keys.flatMap((key) => linesIn(objects, key));
    const first = 1 + Math.floor(dice() * (lines.length - 2));
    const key = `${prefix}${String(first).padStart(8, '0')}.jsonl`;
    return new Map(objects).set(key, textOf([lines[first - 1] ?? '', ...lines.slice(first, first + 2)]));
  },
  'an edited head': (objects, dice) => {
    const key = pick(keysOf(objects, 'heads/'), dice);
    const head = JSON.parse(objects.get(key) ?? '') as { seq: number; at: number };
    const changed = pick([{ at: head.at + 1 }, { seq: head.seq + 1 }, { hash: '0'.repeat(64) }], dice);
    return new Map(objects).set(key, JSON.stringify({ ...head, ...changed }));
  },
};
