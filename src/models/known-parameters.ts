import { createHash } from 'node:crypto';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { quote } from '../in-words.ts';
import { holdsSecret } from '../sanitize/redaction.ts';

const Kind = z.enum(['whole number', 'number', 'true or false', 'JSON list', 'JSON object', 'text']);
type Kind = z.infer<typeof Kind>;

/** A job's hyperparameters without their values, which may be secrets. */
export const KnownParameters = z.record(
  z.string(),
  /** Text values have no hash: a short secret could be found by brute force. */
  z.object({ kind: Kind, hash: z.string().optional() }),
);
export type KnownParameters = z.infer<typeof KnownParameters>;

export function knownParameters(hyperParameters: Readonly<Record<string, string>>): KnownParameters {
  return Object.fromEntries(
    Object.entries(hyperParameters).map(([name, value]) => {
      const kind = kindOf(value);
      const mayKeep = kind !== 'text' && !holdsSecret(`${name}=${value}`);
      return [name, { kind, ...(mayKeep && { hash: hashOf(value) }) }];
    }),
  );
}

function hashOf(value: string): string {
  return createHash('sha256').update(value.trim()).digest('hex').slice(0, 16);
}

/** SageMaker stores all values as strings, some of them JSON. */
function kindOf(value: string): Kind {
  const text = value.trim();
  if (/^[+-]?\d+$/.test(text)) return 'whole number';
  if (/^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return 'number';
  if (/^(true|false)$/i.test(text)) return 'true or false';
  const json = jsonIn(text);
  if (Array.isArray(json)) return 'JSON list';
  return typeof json === 'object' && json !== null ? 'JSON object' : 'text';
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The problem with replacing the job's values by these; undefined if there is none. `unusual`: a person has confirmed
 * new names, and fractions instead of whole numbers.
 */
export function problemWith(
  values: Readonly<Record<string, string>>,
  known: KnownParameters,
  unusual: boolean,
): string | undefined {
  const pairs = Object.entries(values);
  if (pairs.length === 0)
    return 'Nothing changes: enter at least one hyperparameter, because the same training gives the same model';
  for (const [name, value] of pairs) {
    const present = Object.hasOwn(known, name) ? known[name] : undefined;
    if (value.trim() === '') return `${quote(name, 60)} has no value`;
    const wrong =
      present === undefined
        ? unknownName(name, known, unusual)
        : wrongValue(name, value, present.kind, unusual);
    if (wrong !== undefined) return wrong;
  }
  const same = pairs.every(([name, value]) => known[name]?.hash === hashOf(value));
  return same
    ? `Nothing changes: the job already has ${pairs.length === 1 ? 'this value' : 'these values'}`
    : undefined;
}

const confirmation = 'choose “send them anyway” below';

function unknownName(name: string, known: KnownParameters, unusual: boolean): string | undefined {
  if (unusual) return undefined;
  const close = Object.keys(known).find((one) => distance(one, name) <= Math.min(3, name.length / 3));
  const hint = close === undefined ? '' : ` Did you mean “${close}”?`;
  return `The job has no hyperparameter “${quote(name, 60)}”.${hint} To add it as a new one, ${confirmation}`;
}

function wrongValue(name: string, value: string, before: Kind, unusual: boolean): string | undefined {
  const kind = kindOf(value);
  if (before === 'text' || kind === before || (before === 'number' && kind === 'whole number'))
    return undefined;
  if (before === 'whole number' && kind === 'number')
    return unusual
      ? undefined
      : `${quote(name, 60)} is a whole number in the job, and ${quote(value, 40)} is not; to send it, ${confirmation}`;
  return `“${quote(value, 40)}” cannot replace the value of ${quote(name, 60)}, which is ${inWords[before]}`;
}

const inWords: Readonly<Record<Kind, string>> = {
  'whole number': 'a whole number',
  number: 'a number',
  'true or false': 'true or false',
  'JSON list': 'a JSON list',
  'JSON object': 'a JSON object',
  text: 'text',
};
