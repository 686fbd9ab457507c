import type { Difference, Proposal } from '../../ports/step-output.ts';
import { redactSides } from '../../sanitize/redaction.ts';
import { focused } from './focused-value.ts';

/**
 * Which part of a proposal its message has room for. Pure, and the same for the worker, which writes the whole request
 * into a file where the message has no room, and for the message itself.
 */
export interface Layout {
  /** In reading order, with long values reduced to the part that differs. */
  readonly shown: readonly Difference[];
  /** How many further differences there is no room for. */
  readonly hidden: number;
  /** Tags by which Relight marks what it makes; folded into one line. */
  readonly ownTags: readonly Difference[];
  readonly warnings: readonly string[];
  readonly hiddenWarnings: number;
  /** True where a reader of the message misses nothing. */
  readonly whole: boolean;
}

/** A message holds 12,000 characters in 50 blocks; what is not a difference or a warning takes about a third. */
const room = { differences: 5_500, entries: 40, reasons: 12, warnings: 8, warning: 600, allWarnings: 2_400 };

export function layOut({ differences, warnings }: Pick<Proposal, 'differences' | 'warnings'>): Layout {
  const ranked = inReadingOrder(differences.map(withoutSecrets));
  const ownTags = ranked.filter(isOwnTag);
  const { shown, whole } = fitting(ranked.filter((one) => !isOwnTag(one)));
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

/** The journal of an earlier version holds the values themselves. */
function withoutSecrets(one: Difference): Difference {
  return { ...one, ...redactSides(one.field, one) };
}

function fitting(list: readonly Difference[]): { readonly shown: Difference[]; readonly whole: boolean } {
  const shown: Difference[] = [];
  const reasons = new Set<string>();
  let [left, whole] = [room.differences, true];
  for (const one of list) {
    const value = focused(one);
    left -= JSON.stringify([
      one.field,
      value.before,
      value.after,
      reasons.has(one.why ?? '') ? '' : one.why,
    ]).length;
    reasons.add(one.why ?? '');
    if (left < 0 || shown.length === room.entries || reasons.size > room.reasons) break;
    shown.push({ ...one, ...value.shown });
    whole &&= value.whole;
  }
  return { shown, whole };
}

function warningsThatFit(warnings: readonly string[]): readonly string[] {
  let left = room.allWarnings;
  const tooMuch = warnings.findIndex((one, index) => {
    left -= one.length;
    return one.length > room.warning || left < 0 || index === room.warnings;
  });
  return tooMuch === -1 ? warnings : warnings.slice(0, tooMuch);
}

/** What a person typed, then what changes the training, then the rest; each part keeps its order, its reasons together. */
function inReadingOrder(list: readonly Difference[]): readonly Difference[] {
  const parts = [0, 1, 2].map((rank) => list.filter((one) => rankOf(one) === rank));
  return parts.flatMap((part) =>
    [...new Set(part.map(({ why }) => why))].flatMap((why) => part.filter((one) => one.why === why)),
  );
}

/** Fields of a training job that say where it stands and who watches it, not how it trains. */
const beside = [
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
  return beside.some((one) => (one.endsWith('.') ? field.startsWith(one) : field === one)) ? 2 : 1;
}

function isOwnTag({ field }: Difference): boolean {
  return field.startsWith('Tags.relight:');
}
