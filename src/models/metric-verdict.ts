import { z } from 'zod';

/** How one figure compares with another: of a model against another one, or of now against before. */
export const Verdict = z.enum(['better', 'worse', 'same', 'not comparable']);
export type Verdict = z.infer<typeof Verdict>;

export const ComparedFigure = z.object({
  label: z.string(),
  /** What it is compared with. */
  before: z.number().optional(),
  after: z.number().optional(),
  verdict: Verdict,
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

/** Which way a metric is good, from its name; undefined where the name does not tell. */
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

/** One word for all figures together, and which figures say so. */
export interface Overall {
  readonly verdict: Verdict;
  readonly why: string;
}

export function overallOf(figures: readonly ComparedFigure[]): Overall {
  const named = (verdict: Verdict): string =>
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
    why: reasons.size === 0 ? 'there is no figure of both' : [...reasons].join('; '),
  };
}

/** `0.792`, `1.35`, `0.000001`: as many digits as help. */
export function figure(value: number | undefined): string {
  return value === undefined ? 'not known' : String(Number(value.toPrecision(3)));
}
