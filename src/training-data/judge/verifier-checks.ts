import { textOfRecord } from '../read/parquet-values.ts';
import { excerpt, type Problem } from './problem.ts';
import { isRecord } from './record-path.ts';
import { kindOf } from './variants.ts';
import type { Verifier } from './verifiers.ts';

/** The kinds of values that verifiers read beside text. Everything else than text is a wrong type for the others. */
const reads: Partial<Readonly<Record<Verifier, (value: object) => boolean>>> = {
  tests: (value) => Object.keys(value).length > 0,
  'in-out-tests': hasCases,
  function: (value) => !Array.isArray(value) && 'func_name' in value,
  rubric: (value) => 'rubrics' in value && Array.isArray(value.rubrics) && value.rubrics.length > 0,
  target: (value) => 'target' in value && isTarget(value.target),
  strings: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};

const readsNumbers: ReadonlySet<Verifier> = new Set(['length', 'number-as-text']);

/** The problem that a verifier has with this ground truth, which is neither null nor missing. */
export function truthProblem(value: unknown, name: string, verifier: Verifier): Problem | undefined {
  if (verifier === 'any') return undefined;
  if (typeof value === 'string') return textProblem(value, name, verifier);
  if (typeof value === 'object' && value !== null) return objectProblem(value, name, verifier);
  if (typeof value !== 'number' && typeof value !== 'bigint')
    return { rule: 'field-type', detail: `${name} is not text` };
  return readsNumbers.has(verifier)
    ? undefined
    : { rule: 'ground-truth-type', detail: `${name} is ${value}` };
}

function objectProblem(value: object, name: string, verifier: Verifier): Problem | undefined {
  const holds = reads[verifier];
  if (holds === undefined || (verifier === 'target' && Array.isArray(value)))
    return {
      rule: 'field-type',
      detail: `${name} is ${kindOf(value)}, not ${verifier === 'target' ? 'an object' : 'text'}`,
    };
  if (Array.isArray(value) && value.length === 0) return { rule: 'ground-truth-empty', detail: name };
  return holds(value) ? undefined : unverifiable(textOfRecord(value), name);
}

function textProblem(value: string, name: string, verifier: Exclude<Verifier, 'any'>): Problem | undefined {
  if (value.trim() === '') return { rule: 'ground-truth-empty', detail: name };
  if (verifier === 'target') return { rule: 'field-type', detail: `${name} is text, not an object` };
  if (!readable[verifier](value)) return unverifiable(value, name);
  if ((verifier === 'number' || verifier === 'number-as-text') && !bareNumber.test(value))
    return { rule: 'ground-truth-format', detail: `${name} is ${excerpt(value)}` };
  return undefined;
}

function unverifiable(value: string, name: string): Problem {
  return { rule: 'ground-truth-unverifiable', detail: `${name} ends ${excerpt(value.slice(-40))}` };
}

const bareNumber = /^-?(?:\d+(?:\.\d+)?|\.\d+)$/;

const readable: Readonly<Record<Exclude<Verifier, 'any' | 'target'>, (value: string) => boolean>> = {
  number: isNumber,
  'number-as-text': isNumber,
  'number-in-words': isNumber,
  'gsm8k-answer': isGsm8kAnswer,
  math: (value) => bracesClose(value) && /\d|\\[a-zA-Z]+|\$[^$]+\$|^\s*\(?[A-Za-z]\)?\s*$/.test(value),
  latex: bracesClose,
  boxed: hasBox,
  tests: (value) => readsJson(value, (parsed) => Object.keys(parsed).length > 0) || isPacked(value),
  'in-out-tests': (value) => readsJson(value, hasCases),
  // Python literals, which JSON.parse does not read.
  constraints: (value) =>
    /^\s*\[/.test(value) && value.includes('instruction_id') && value.includes('kwargs'),
  function: (value) => readsJson(value, (parsed) => 'func_name' in parsed),
  rubric: (value) => readsJson(value, (parsed) => reads.rubric?.(parsed) === true),
  length: (value) => /^\s*[-+]?\d+(?:\.\d*)?(?:[eE]\+?\d+)?\s*$/.test(value),
  string: () => true,
  strings: () => true,
};

/** The intended number without commas, `$` and whitespace, as compared with the model's answer. */
function isNumber(value: string): boolean {
  return bareNumber.test(value.replace(/\.$/, '').replace(/[,$\s]/g, ''));
}

/** The regular expression of GSM8K's own scorer, and of verl's. */
const gsm8kAnswer = /#### (-?[0-9.,]+)/;

/** The scorer stops in the middle of these: `1/2`, `10:30`, `1 200`, `3-4`, `2 million`, `1e3`, `3 or 4`. */
const goesOn =
  /^(?:\s*(?:[/:^*×–—-]\s*)?\d|[eE][-+]?\d|\s*\\|\s+(?:to|or|and)\s+-?\d|\s*(?:hundred|thousand|million|billion|trillion|dozen)\b)/i;

/** Commas are dropped, so they must stand where thousands are separated: `3,5` would become 35. */
const grouped = /^-?(?:\d+|\d{1,3}(?:,\d{2,3})*,\d{3})?(?:\.\d+)?$/;

function isGsm8kAnswer(value: string): boolean {
  const match = gsm8kAnswer.exec(value);
  const [all, number = ''] = match ?? [];
  if (match === null || all === undefined) return false;
  const bare = number.replace(/[.,]$/, '');
  return /\d/.test(bare) && grouped.test(bare) && !goesOn.test(value.slice(match.index + all.length));
}

function bracesClose(value: string): boolean {
  let depth = 0;
  for (let index = 0; index < value.length && depth >= 0; index += 1) {
    const code = value.charCodeAt(index);
    if (code === 92) index += 1;
    else if (code === 123) depth += 1;
    else if (code === 125) depth -= 1;
  }
  return depth === 0;
}

/** As Hendrycks' scorer finds it: the last `\boxed{…}` or `\fbox{…}` with something in it, or `\boxed 7`. */
function hasBox(value: string): boolean {
  const start = Math.max(value.lastIndexOf('\\boxed'), value.lastIndexOf('\\fbox'));
  if (start === -1) return false;
  const rest = value.slice(start).replace(/^\\(?:boxed|fbox)/, '');
  if (/^ \s*[^\s{$]/.test(rest)) return true;
  const open = /^\s*\{/.exec(rest)?.[0].length;
  if (open === undefined) return false;
  let depth = 1;
  for (let index = open; index < rest.length; index += 1) {
    if (rest[index] === '{') depth += 1;
    else if (rest[index] === '}') depth -= 1;
    if (depth === 0) return rest.slice(open, index).trim() !== '';
  }
  return false;
}

function hasCases(value: object): boolean {
  if (!('inputs' in value && 'outputs' in value)) return false;
  const { inputs, outputs } = value;
  return (
    Array.isArray(inputs) && Array.isArray(outputs) && inputs.length > 0 && inputs.length === outputs.length
  );
}

function isTarget(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
}

function readsJson(value: string, holds: (parsed: object) => boolean): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return (isRecord(parsed) || Array.isArray(parsed)) && holds(parsed);
  } catch {
    return false;
  }
}

/** Tests may be packed: base64 of zlib, as in LiveCodeBench. */
function isPacked(value: string): boolean {
  return /^e[AJN][\w+/]{20,}={0,2}\s*$/.test(value);
}
