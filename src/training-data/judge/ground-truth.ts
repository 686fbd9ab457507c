import { excerpt, type Problem } from './problem.ts';
import { at, dotted } from './record-path.ts';
import { truthProblem } from './verifier-checks.ts';
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
  const problem = firstProblem(record, value, name, truth);
  if (problem !== undefined) problems.push(problem);
}

/** One finding, because one wrong value is usually wrong for every verifier. */
function firstProblem(record: unknown, value: unknown, name: string, truth: Truth): Problem | undefined {
  const chosen = truth.chosenBy && at(record, truth.chosenBy);
  if (Array.isArray(chosen)) return problemOfPairs(chosen, value, name, truth);
  if (truth.chosenBy !== undefined && typeof chosen !== 'string') return undefined;
  return problemOf(typeof chosen === 'string' ? chosen : '', value, name, truth);
}

/** A list of verifiers has one ground truth for each. */
function problemOfPairs(
  names: readonly unknown[],
  value: unknown,
  name: string,
  truth: Truth,
): Problem | undefined {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length !== names.length)
    return {
      rule: 'ground-truth-unverifiable',
      detail: `${name} has ${values.length} values for ${names.length} verifiers`,
    };
  for (const [index, chosen] of names.entries()) {
    const problem = problemOf(String(chosen), values[index], `${name}[${index}]`, truth);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOf(chosen: string, value: unknown, name: string, truth: Truth): Problem | undefined {
  const verifier = verifierOf(truth.anyCase === true ? chosen.toLowerCase() : chosen, truth);
  if (verifier !== undefined) return truthProblem(value, name, verifier);
  return truth.unknown === undefined ? undefined : { rule: truth.unknown, detail: excerpt(chosen) };
}

function verifierOf(name: string, { verifiers, anyCase = false }: Truth): Verifier | undefined {
  for (const [known, verifier] of verifiers) {
    const pattern = anyCase ? known.toLowerCase() : known;
    const fits = pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
    if (fits) return verifier;
  }
  return undefined;
}
