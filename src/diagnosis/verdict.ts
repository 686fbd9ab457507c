import { quote } from '../in-words.ts';
import type { FailureKind } from '../ports/failure-kind.ts';
import { candidatesIn, type Judged, judgeStatement } from './candidates.ts';
import { type Facts, type ProcessEnd, textOf } from './facts/facts.ts';
import { fingerprintOf, fingerprintOfEnd, nameOfEnd } from './fingerprint.ts';
import { lineToCorrect } from './rules/code-rules.ts';
import type { Remedy } from './rules/rule.ts';
import { demandOf, type VersionDemand } from './version-demand.ts';

export type Confidence = 'high' | 'medium' | 'low';

/** The second most likely cause, and why it is not the verdict. */
export interface RunnerUp {
  readonly kind: FailureKind;
  readonly evidence: string;
  readonly lost: string;
}

export interface Verdict {
  readonly kind: FailureKind;
  readonly confidence: Confidence;
  /** Quotes from SageMaker or the log. */
  readonly evidence: readonly string[];
  readonly runnerUp?: RunnerUp;
  /** What a person must do where the usual recovery of the kind would not help. */
  readonly advice?: string;
  readonly remedy?: Remedy;
  /** For the remedy `pin_dependency`, if the error names a package. */
  readonly demand?: VersionDemand;
  /** The same for the same bug in any job; absent if nothing tells it from other failures. */
  readonly fingerprint?: string;
}

/** The most likely cause of what ended the job; undefined if nothing that was said names one. */
export function verdictOn(facts: Facts): Verdict | undefined {
  const candidates = candidatesIn(facts).filter(({ kind }) => kind !== undefined);
  const [best] = candidates;
  const killed = facts.ends.find((end) => kindOfEnd(end) !== undefined);
  if (best === undefined) return killed && byEnd(killed);
  const { kind = 'unknown', rule } = best;
  const runnerUp = runnerUpOf(best, candidates, facts);
  const fingerprint = fingerprintOf(best);
  return {
    kind,
    confidence: confidenceOf(best, candidates),
    evidence: evidenceOf(best, candidates),
    ...(runnerUp !== undefined && { runnerUp }),
    ...(rule?.advice !== undefined && { advice: rule.advice }),
    ...remedyOf(best),
    ...(fingerprint !== undefined && { fingerprint }),
  };
}

function remedyOf({ rule, statement, thrown }: Judged): Pick<Verdict, 'remedy' | 'demand'> {
  if (rule?.remedy === undefined) return {};
  const demand = rule.remedy === 'pin_dependency' ? demandOf(statement, thrown) : undefined;
  return { remedy: rule.remedy, ...(demand !== undefined && { demand }) };
}

/** High if SageMaker and the log agree, or if SageMaker alone passes on a cause by name. */
function confidenceOf({ rule, kind, statement }: Judged, candidates: readonly Judged[]): Confidence {
  if (rule?.unsure !== undefined) return 'low';
  // A process that waited for another one only sees that it did not answer.
  if (rule?.follows === true && statement.source === 'FailureReason') return 'low';
  if (rule === undefined) return statement.form === 'traceback' ? 'medium' : 'low';
  const inReason = candidates.some(
    (one) => one.statement.source === 'FailureReason' && one.kind === kind && one.rule?.unsure === undefined,
  );
  return inReason ? 'high' : 'medium';
}

function evidenceOf(best: Judged, candidates: readonly Judged[]): readonly string[] {
  const { rule, kind } = best;
  const consequence = candidates.find((one) => one.kind !== kind && one.rule?.follows === true);
  const said = [quoted(best), rule?.unsure ?? rule?.note, consequence && quoted(consequence)];
  const where = [lineOf(best), beginningOf(best), whereInWords(best)];
  return [...said, ...where].flatMap((one) => one ?? []);
}

function lineOf({ kind, thrown }: Judged): string | undefined {
  const own = kind === 'code_error' ? lineToCorrect(thrown.frames) : undefined;
  return own && `The line is ${own}`;
}

/** The exception that began the chain, unless it decides itself. */
function beginningOf({ statement: { chain }, thrown }: Judged): string | undefined {
  const [first = thrown] = chain;
  return first === thrown || textOf(first) === '' ? undefined : `It began with: “${quote(textOf(first))}”`;
}

function quoted({ statement: { source }, thrown }: Judged): string {
  return `${source}: “${quote(textOf(thrown))}”`;
}

function whereInWords({ statement: { host, who } }: Judged): string | undefined {
  return who && `Failed first: ${host === '' ? who : `${who} on ${host}`}`;
}

function runnerUpOf(best: Judged, candidates: readonly Judged[], facts: Facts): RunnerUp | undefined {
  const next = candidates.find(({ kind }) => kind !== best.kind) ?? survivedOther(best, facts);
  if (next?.kind === undefined) return undefined;
  return { kind: next.kind, evidence: quoted(next), lost: whyLost(next, best) };
}

function survivedOther(best: Judged, { statements }: Facts): Judged | undefined {
  const survived = statements.filter((one) => one.survived !== undefined).map(judgeStatement);
  return survived.findLast(({ rule, kind }) => rule !== undefined && kind !== best.kind);
}

function whyLost(next: Judged, best: Judged): string {
  const { survived } = next.statement;
  if (survived !== undefined) return survived;
  if (next.rule?.follows === true) return 'it is what other processes say when one fails';
  if (next.weight < best.weight) return 'it did not end a process';
  if (next.statement.source !== best.statement.source) return 'the log ends with another error';
  return 'another process failed before it';
}

/** A process that was killed says nothing itself. */
function kindOfEnd({ signal, rank }: ProcessEnd): FailureKind | undefined {
  if (signal === 'SIGKILL' || signal === 'SIGBUS') return 'oom_host';
  const crashed = signal === 'SIGSEGV' || signal === 'SIGILL' || signal === 'SIGFPE';
  return crashed && rank !== undefined ? 'code_error' : undefined;
}

function byEnd(end: ProcessEnd): Verdict {
  const kind = kindOfEnd(end) ?? 'unknown';
  const unsure =
    kind === 'oom_host'
      ? 'The process was killed from outside: nearly always host memory, see MemoryUtilization of the job'
      : 'It crashed in native code: look at the versions of CUDA, drivers and extensions';
  const fingerprint = fingerprintOfEnd(nameOfEnd(end), end.said);
  return {
    kind,
    confidence: 'low',
    evidence: [`FailureReason: “${quote(end.said)}”`, unsure],
    ...(fingerprint !== undefined && { fingerprint }),
  };
}
