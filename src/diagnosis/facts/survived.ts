import { largest } from '../../ports/collections.ts';
import type { LogLine } from '../../ports/ports.ts';
import { stepsInLog } from '../../training-job/steps-in-log.ts';
import type { Statement } from './facts.ts';

/** A step of the training in the log of a host. */
interface Progress {
  readonly order: number;
  /** Missing if the trainer prints metrics without a step. */
  readonly step?: number;
  readonly text: string;
}

const mayBeProgress = /step|loss|reward|iteration|\d\/\d/i;
/** The Trainer prints its metrics without a step number. */
const metrics = /['"](?:loss|reward|grad_norm)['"]\s*:|\bloss\s*[:=]\s*-?\d/;
const iterations = /\biteration\s{1,20}(\d{1,12})\s*\//;

function progressIn(lines: readonly LogLine[]): readonly Progress[] {
  return lines.flatMap(({ text }, order): Progress[] => {
    if (text.length > 20_000 || !mayBeProgress.test(text)) return [];
    const step = stepsInLog([text], 0).beyond ?? Number(iterations.exec(text)?.[1] ?? Number.NaN);
    if (Number.isFinite(step)) return [{ order, step, text }];
    return metrics.test(text) ? [{ order, text }] : [];
  });
}

/** A rank may print one more step while another one dies. */
const stepsThatProve = 2;

/** Marks the errors after which the training went on: progress bars print their last state again when a process ends. */
export function markSurvived(
  statements: readonly Statement[],
  lines: readonly LogLine[],
): readonly Statement[] {
  const progress = progressIn(lines);
  if (progress.length === 0) return statements;
  return statements.map((statement) => {
    if (statement.survived !== undefined) return statement;
    const before = progress.filter(({ order }) => order < statement.from);
    const after = progress.filter(({ order }) => order > statement.to);
    return wentOn(before, after) ? { ...statement, survived: 'training went on after it' } : statement;
  });
}

function wentOn(before: readonly Progress[], after: readonly Progress[]): boolean {
  const reached = largest(before.flatMap(({ step }) => step ?? []));
  const seen = new Set(before.map(({ text }) => text));
  const steps = new Set(after.flatMap(({ step }) => (step !== undefined && step > reached ? [step] : [])));
  const texts = new Set(
    after.flatMap(({ step, text }) => (step === undefined && !seen.has(text) ? [text] : [])),
  );
  return Math.max(steps.size, texts.size) >= stepsThatProve;
}
