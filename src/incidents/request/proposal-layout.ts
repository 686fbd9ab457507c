import type { Difference, Proposal } from '../../ports/step-output.ts';
import { redactSides } from '../../sanitize/redaction.ts';
import { focused } from './focused-value.ts';

/**
 * The part of a proposal that fits into its message. A pure function, because the worker and the bot must agree: the
 * worker writes the full request into a file whenever the message has no room for it.
 */
export interface Layout {
  /** In reading order, with long values reduced to the changed part. */
  readonly shown: readonly Difference[];
  /** The number of differences that do not fit. */
  readonly hidden: number;
  /** Relight's own tags, which share one line. */
  readonly ownTags: readonly Difference[];
  readonly warnings: readonly string[];
  readonly hiddenWarnings: number;
  /** True if the message omits nothing. */
  readonly whole: boolean;
}

/** A message holds 12,000 characters in 50 blocks; other content takes about a third of that. */
const limits = {
  differences: 5_500,
  entries: 40,
  reasons: 12,
  warnings: 8,
  warning: 600,
  allWarnings: 2_400,
};

export function layOut({ differences, warnings }: Pick<Proposal, 'differences' | 'warnings'>): Layout {
  const ranked = inReadingOrder(differences.map(withoutSecrets));
  const ownTags = ranked.filter(isOwnTag);
  const { shown, whole } = thatFit(ranked.filter((one) => !isOwnTag(one)));
  const fittingWarnings = warningsThatFit(warnings);
  const hidden = ranked.length - ownTags.length - shown.length;
  const hiddenWarnings = warnings.length - fittingWarnings.length;
  return {
    shown,
    hidden,
    ownTags,
    warnings: fittingWarnings,
    hiddenWarnings,
    whole: whole && hidden === 0 && hiddenWarnings === 0,
  };
}

/** Journals of earlier versions contain secrets. */
function withoutSecrets(one: Difference): Difference {
  return { ...one, ...redactSides(one.field, one) };
}

function thatFit(list: readonly Difference[]): { readonly shown: Difference[]; readonly whole: boolean } {
  const shown: Difference[] = [];
  const reasons = new Set<string>();
  let [left, whole] = [limits.differences, true];
  for (const one of list) {
    const value = focused(one);
    const { before, after } = value.shown;
    const { field, why = '' } = one;
    left -= JSON.stringify([field, before, after, reasons.has(why) ? '' : one.why]).length;
    reasons.add(why);
    if (left < 0 || shown.length === limits.entries || reasons.size > limits.reasons) break;
    shown.push({ ...one, ...value.shown });
    whole &&= value.whole;
  }
  return { shown, whole };
}

function warningsThatFit(warnings: readonly string[]): readonly string[] {
  let left = limits.allWarnings;
  const tooMuch = warnings.findIndex((one, index) => {
    left -= one.length;
    return one.length > limits.warning || left < 0 || index === limits.warnings;
  });
  return tooMuch === -1 ? warnings : warnings.slice(0, tooMuch);
}

/** Values that a person typed, then changes to the training, then the rest; within each, grouped by reason. */
function inReadingOrder(list: readonly Difference[]): readonly Difference[] {
  const parts = [0, 1, 2].map((rank) => list.filter((one) => rankOf(one) === rank));
  return parts.flatMap((part) =>
    [...new Set(part.map(({ why }) => why))].flatMap((why) => part.filter((one) => one.why === why)),
  );
}

/** Fields of a training job that do not affect the training itself. */
const besideTraining = [
  'TrainingJobName',
  'Tags.',
  'OutputDataConfig.',
  'TensorBoardOutputConfig.',
  'ExperimentConfig.',
  'MlflowConfig.',
  'ProfilerConfig.',
  'ProfilerRuleConfigurations.',
  'DebugHookConfig.',
  'DebugRuleConfigurations.',
  'RemoteDebugConfig.',
];

function rankOf({ field, by }: Difference): number {
  if (by === 'person') return 0;
  return besideTraining.some((one) => (one.endsWith('.') ? field.startsWith(one) : field === one)) ? 2 : 1;
}

function isOwnTag({ field }: Difference): boolean {
  return field.startsWith('Tags.relight:');
}
