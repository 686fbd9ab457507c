import { z } from 'zod';

const Several = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Statement = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: Several,
  Resource: Several.optional(),
  NotResource: Several.optional(),
  Condition: z.record(z.string(), z.record(z.string(), Several)).default({}),
});

/** An IAM policy, as far as Relight uses the language. */
export const Policy = z.object({ Version: z.literal('2012-10-17'), Statement: z.array(Statement).min(1) });
export type Policy = z.infer<typeof Policy>;

/** One permission that a call needs. Without a resource, the stand-in does not know which one it is about. */
export interface Need {
  readonly action: string;
  readonly resource?: string | undefined;
  /** The condition keys of the request. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** An explicit deny wins: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export function verdictOf(
  { Statement: statements }: Policy,
  need: Need,
): 'allowed' | 'denied' | 'not-allowed' {
  const effects = statements.filter((one) => applies(one, need)).map(({ Effect }) => Effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.includes('Allow') ? 'allowed' : 'not-allowed';
}

function applies(statement: z.infer<typeof Statement>, { action, resource, context = {} }: Need): boolean {
  const { Action, Resource, NotResource, Condition, Effect } = statement;
  if (!Action.some((pattern) => like(pattern.toLowerCase(), action.toLowerCase()))) return false;
  if (resource === undefined) return Effect === 'Allow' || Resource?.includes('*') === true;
  if (Resource !== undefined && !Resource.some((pattern) => like(pattern, resource))) return false;
  if (NotResource?.some((pattern) => like(pattern, resource)) === true) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], wanted)),
  );
}

type Test = (found: string, wanted: string) => boolean;

const tests: Readonly<Record<string, Test>> = {
  StringEquals: (found, wanted) => found === wanted,
  StringLike: (found, wanted) => like(wanted, found),
  Bool: (found, wanted) => found === wanted,
  NumericLessThanEquals: (found, wanted) => Number(found) <= Number(wanted),
};

/** A missing key fulfills only Null and ForAllValues: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function holds(operator: string, found: readonly string[] | undefined, wanted: readonly string[]): boolean {
  if (operator === 'Null') return wanted.includes(String(found === undefined));
  const [name = '', forAll] = operator.split(':').toReversed();
  const test = tests[name];
  if (test === undefined) throw new Error(`the sandbox does not know the condition operator ${operator}`);
  const passes = (one: string): boolean => wanted.some((value) => test(one, value));
  if (forAll === 'ForAllValues') return (found ?? []).every(passes);
  return (found ?? []).some(passes);
}

/** `*` and `?` are wildcards, and `${*}`, `${?}` and `${$}` are these characters. */
function like(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(
    /\$\{([*?$])\}|([*?])|([\\^$.+()[\]{}|])/g,
    (_, escaped, wild, special) => {
      if (escaped !== undefined) return `\\${escaped}`;
      if (wild !== undefined) return wild === '*' ? '.*' : '.';
      return `\\${special}`;
    },
  );
  return new RegExp(`^${source}$`, 's').test(text);
}
