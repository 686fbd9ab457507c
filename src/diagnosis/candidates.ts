import type { FailureKind } from '../ports/failure-kind.ts';
import { type Facts, lastOf, type Statement, type Thrown } from './facts/facts.ts';
import { rules } from './rules/all-rules.ts';
import { reportsAnother } from './rules/collective-rules.ts';
import { type Clue, clueOf, matches, type Rule } from './rules/rule.ts';

/** One statement with the rule that names it, if any. */
export interface Judged {
  readonly statement: Statement;
  /** The exception of the chain that decides. */
  readonly thrown: Thrown;
  readonly clue: Clue;
  readonly rule?: Rule;
  readonly kind?: FailureKind;
  readonly weight: Weight;
}

/**
 * What a statement is worth as the cause: an exception that ended a process, a line that names a cause, an exception
 * that nobody knows, the consequence of another failure, a line that only says error, and one that was survived.
 */
export type Weight = 5 | 4 | 3 | 2 | 1 | 0;

/** Only these causes are looked for in an exception that was being handled when the last one was raised. */
const raisedWhileHandled: ReadonlySet<FailureKind> = new Set([
  'oom_gpu',
  'oom_host',
  'disk_full',
  'hardware',
]);

/** A process may repeat one line many times. */
function judgedOnce(): (statement: Statement) => Judged {
  const known = new Map<string, Judged>();
  return (statement) => {
    if (statement.form !== 'line') return judgeStatement(statement);
    const text = `${statement.survived ?? ''}\n${lastOf(statement).message}`;
    const judged = known.get(text) ?? judgeStatement(statement);
    known.set(text, judged);
    return { ...judged, statement };
  };
}

export function judgeStatement(statement: Statement): Judged {
  const { thrown, clue, rule } = decidingIn(statement);
  const kind = rule?.kind ?? plainKind(statement, clue);
  const weight = statement.survived === undefined ? weightOf(statement, rule, kind) : 0;
  return {
    statement,
    thrown,
    clue,
    weight,
    ...(rule !== undefined && { rule }),
    ...(kind !== undefined && { kind }),
  };
}

/** The last exception of the chain that a rule names; wrappers and plain exceptions give way to their causes. */
function decidingIn(statement: Statement): Pick<Judged, 'thrown' | 'clue' | 'rule'> {
  const last = lastOf(statement);
  let found: Pick<Judged, 'thrown' | 'clue' | 'rule'> = { thrown: last, clue: clueOf(last, statement) };
  let link: Thrown['link'] = 'none';
  for (const thrown of statement.chain.toReversed()) {
    const clue = clueOf(thrown, statement);
    const rule = rules.find((one) => matches(one, clue));
    const may = link !== 'context' || (rule !== undefined && raisedWhileHandled.has(rule.kind));
    if (rule !== undefined && may && isBetter(rule, found.rule)) found = { thrown, clue, rule };
    link = thrown.link;
  }
  return found;
}

/** An error of the code or of another process explains less than the exception that it was raised from. */
function isBetter(rule: Rule, known: Rule | undefined): boolean {
  if (known === undefined) return true;
  const isGeneric =
    known.follows === true ||
    known.wraps === true ||
    (known.kind === 'code_error' && known.advice === undefined);
  return isGeneric && rule.kind !== 'code_error';
}

/** An exception without a rule is an error of the code, unless it only reports another process. */
function plainKind({ form }: Statement, { text }: Clue): FailureKind | undefined {
  return form === 'line' || text === '' || reportsAnother.test(text) ? undefined : 'code_error';
}

function weightOf({ form }: Statement, rule: Rule | undefined, kind: FailureKind | undefined): Weight {
  if (rule?.follows === true) return 2;
  if (rule !== undefined) return form === 'line' ? 4 : 5;
  if (kind === undefined) return 1;
  return form === 'traceback' ? 5 : 3;
}

/** The statements that may have ended the job, one for each process, most likely cause first. */
export function candidatesIn(facts: Facts): readonly Judged[] {
  const heaviest = new Map<string, Judged>();
  for (const judged of facts.statements.map(judgedOnce())) {
    const { source, host, who = '' } = judged.statement;
    const process = `${source} ${host} ${who}`;
    const known = heaviest.get(process);
    if (judged.weight > 0 && judged.weight >= (known?.weight ?? 0)) heaviest.set(process, judged);
  }
  return [...heaviest.values()].toSorted((one, other) => compare(one, other, facts.firstRank));
}

/** The log is complete and ends with the error; FailureReason is cut after its first 1,024 characters. */
function compare(one: Judged, other: Judged, firstRank: number | undefined): number {
  const isNamed = ({ statement: { rank } }: Judged): number =>
    Number(rank !== undefined && rank === firstRank);
  const isLog = ({ statement: { source } }: Judged): number => Number(source === 'Log');
  return (
    other.weight - one.weight ||
    isLog(other) - isLog(one) ||
    isNamed(other) - isNamed(one) ||
    one.statement.at - other.statement.at ||
    one.statement.from - other.statement.from
  );
}
