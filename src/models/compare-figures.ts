import { z } from 'zod';

/** The result of comparing two figures: of two models, or before and after. */
export const ComparisonResult = z.enum(['better', 'worse', 'same', 'not comparable']);
export type ComparisonResult = z.infer<typeof ComparisonResult>;

export const ComparedFigure = z.object({
  label: z.string(),
  before: z.number().optional(),
  after: z.number().optional(),
  verdict: ComparisonResult,
  /** Why it is not comparable. */
  why: z.string().optional(),
});
export type ComparedFigure = z.infer<typeof ComparedFigure>;

export type GoodDirection = 'higher' | 'lower';

/** A smaller relative change is noise. */
const noise = 0.005;

const lowerIsBetter =
  /loss|err|perplexity|ppl|latency|wer\b|cer\b|mae\b|mse\b|toxic|refus|duration|hallucin|fail/i;
const higherIsBetter =
  /reward|acc|f1|score|pass|bleu|rouge|win|precision|recall|auc|match|success|throughput|performance|quality/i;

/** Whether higher or lower is better, derived from the metric's name; undefined if the name does not show it. */
function goodDirection(name: string): GoodDirection | undefined {
  const words = name.replaceAll('_', ' ');
  if (lowerIsBetter.test(words)) return 'lower';
  return higherIsBetter.test(words) ? 'higher' : undefined;
}

export function compareFigures(
  label: string,
  { before, after }: { readonly before: number | undefined; readonly after: number | undefined },
  good: GoodDirection | undefined = goodDirection(label),
): ComparedFigure {
  const known = { label, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  if (before === undefined || after === undefined)
    return { ...known, verdict: 'not comparable', why: 'it is known on one side only' };
  if (Math.abs(after - before) <= noise * Math.max(Math.abs(before), Math.abs(after)))
    return { ...known, verdict: 'same' };
  if (good === undefined)
    return { ...known, verdict: 'not comparable', why: 'its name does not say whether higher is better' };
  return { ...known, verdict: after > before === (good === 'higher') ? 'better' : 'worse' };
}

/** One result for all figures together, and the figures that decide it. */
export interface Overall {
  readonly verdict: ComparisonResult;
  readonly why: string;
}

export function overallOf(figures: readonly ComparedFigure[]): Overall {
  const named = (verdict: ComparisonResult): string =>
    figures
      .filter((one) => one.verdict === verdict)
      .map(({ label }) => label)
      .join(', ');
  const [better, worse, same] = [named('better'), named('worse'), named('same')];
  if (better !== '' && worse !== '')
    return { verdict: 'not comparable', why: `better in ${better}, but worse in ${worse}` };
  if (better !== '') return { verdict: 'better', why: better };
  if (worse !== '') return { verdict: 'worse', why: worse };
  if (same !== '') return { verdict: 'same', why: same };
  const reasons = new Set(figures.map(({ label, why = '' }) => `${label}: ${why}`));
  return {
    verdict: 'not comparable',
    why: reasons.size === 0 ? 'no figure is known for both' : [...reasons].join('; '),
  };
}

/** Three significant digits: `0.792`, `1.35`, `0.000001`. */
export function figure(value: number | undefined): string {
  return value === undefined ? 'unknown' : String(Number(value.toPrecision(3)));
}
