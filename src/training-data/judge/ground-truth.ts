import { isRecord } from './messages.ts';
import { excerpt, type Problem } from './problem.ts';
import { at, dotted } from './record-path.ts';
import type { Truth, Verifier } from './verifiers.ts';

/** Checks that the verifier named by a record can compare something with the record's ground truth. */
export function judgeTruth(record: unknown, truth: Truth, required: boolean, problems: Problem[]): void {
  const name = dotted(truth.path);
  const value = at(record, truth.path);
  if (value === undefined || value === null) {
    if (required)
      problems.push({ rule: value === null ? 'ground-truth-empty' : 'field-missing', detail: name });
    return;
  }
  for (const chosen of namesOf(record, truth)) {
    const verifier = verifierOf(chosen, truth);
    if (verifier === undefined) {
      if (truth.unknown !== undefined) problems.push({ rule: truth.unknown, detail: excerpt(chosen) });
    } else judgeValue(value, name, verifier, problems);
  }
}

/** open-instruct accepts one name or a list of names. */
function namesOf(record: unknown, { chosenBy }: Truth): readonly string[] {
  if (chosenBy === undefined) return [''];
  const named = at(record, chosenBy);
  if (typeof named === 'string') return [named];
  return Array.isArray(named) ? named.filter((name) => typeof name === 'string') : [];
}

function verifierOf(name: string, { verifiers }: Truth): Verifier | undefined {
  for (const [pattern, verifier] of verifiers) {
    const fits = pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
    if (fits) return verifier;
  }
  return undefined;
}

function judgeValue(value: unknown, name: string, verifier: Verifier, problems: Problem[]): void {
  if (verifier === 'any') return;
  if (Array.isArray(value)) {
    if (value.length === 0) problems.push({ rule: 'ground-truth-empty', detail: name });
    // Tests may be a JSON list themselves; for other verifiers a list holds alternative answers.
    else if (verifier !== 'tests') for (const one of value) judgeValue(one, name, verifier, problems);
    return;
  }
  if (typeof value === 'number') {
    problems.push({ rule: 'ground-truth-type', detail: `${name} is ${value}` });
    return;
  }
  if (typeof value === 'string') judgeText(value, name, verifier, problems);
  else if (verifier !== 'tests' || !isRecord(value))
    problems.push({ rule: 'field-type', detail: `${name} is not text` });
}

function judgeText(
  value: string,
  name: string,
  verifier: Exclude<Verifier, 'any'>,
  problems: Problem[],
): void {
  if (value.trim() === '') problems.push({ rule: 'ground-truth-empty', detail: name });
  else if (!readable[verifier](value))
    problems.push({ rule: 'ground-truth-unverifiable', detail: `${name} ends ${excerpt(value.slice(-40))}` });
  else if (verifier === 'number' && !bareNumber.test(value))
    problems.push({ rule: 'ground-truth-format', detail: `${name} is ${excerpt(value)}` });
}

const bareNumber = /^-?(?:\d+(?:\.\d+)?|\.\d+)$/;

/** The regular expression of GSM8K's own scorer, and of verl's. */
const gsm8kAnswer = /#### (-?[0-9.,]+)/;

const readable: Readonly<Record<Exclude<Verifier, 'any'>, (value: string) => boolean>> = {
  number: isNumber,
  'number-in-words': isNumber,
  'gsm8k-answer': (value) => isNumber(gsm8kAnswer.exec(value)?.[1] ?? ''),
  math: isMath,
  tests: isTests,
  string: () => true,
};

/** The intended number without commas, `$` and whitespace, as compared with the model's answer. */
function canonicalNumber(value: string): string | undefined {
  const bare = value.replace(/[,$\s]/g, '');
  return bareNumber.test(bare) ? bare : undefined;
}

function isNumber(value: string): boolean {
  return canonicalNumber(value.replace(/\.$/, '')) !== undefined;
}

/** Whether a LaTeX parser finds something to compare: all braces closed, and a number, a command or a formula. */
function isMath(value: string): boolean {
  return bracesClose(value) && /\d|\\[a-zA-Z]+|\$[^$]+\$|^\s*\(?[A-Za-z]\)?\s*$/.test(value);
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

function isTests(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null && Object.keys(parsed).length > 0;
  } catch {
    return false;
  }
}
