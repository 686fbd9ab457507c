import { outputsIn } from '../../src/aws/training/describe-output.ts';
import { diagnose } from '../../src/cli/shared/diagnosis-in-words.ts';
import type { Strategy } from '../../src/diagnosis/strategy.ts';
import type { FailureKind } from '../../src/ports/failure-kind.ts';
import { composed } from './compose.ts';
import { type Entry, type Half, halfOf } from './entry.ts';

/** The strategies that do no harm for a failure of a kind, unless its entry says otherwise. */
const harmless: Readonly<Record<FailureKind, readonly Strategy[]>> = {
  spot_interruption: ['resume_from_checkpoint'],
  capacity: ['resume_from_checkpoint'],
  internal: ['resume_from_checkpoint'],
  time_limit: ['resume_from_checkpoint'],
  hardware: ['resume_from_checkpoint', 'restart_from_scratch', 'resume_elsewhere'],
  oom_gpu: ['retry_with_reduced_batch'],
  oom_host: ['retry_on_larger_instance'],
  data: ['retry_after_data_fix'],
  bad_checkpoint: ['resume_from_earlier_checkpoint'],
  hang_or_nccl: [],
  disk_full: [],
  permission: [],
  network: [],
  quota: [],
  throttle: [],
  user_stopped: [],
  code_error: [],
  dependency_install: [],
  image: [],
  unknown: [],
};

export interface Outcome {
  readonly entry: Entry;
  readonly half: Half;
  readonly kind: FailureKind;
  readonly strategy: Strategy;
  /** A kind other than `unknown`. */
  readonly named: boolean;
  /** An accepted kind, and a strategy that does no harm. */
  readonly right: boolean;
  /** Would restart or change something where that is wrong. */
  readonly harmful: boolean;
}

export function outcomeOf(entry: Entry): Outcome {
  const { describe, log } = composed(entry);
  const [output] = outputsIn(JSON.stringify(describe));
  if (output === undefined || 'wrong' in output)
    throw new TypeError(`${entry.from}: ${JSON.stringify(output)}`);
  const { kind, strategy } = diagnose(output.job, log);
  const accepted = entry.kinds.includes(kind);
  const fits = strategy === 'none' || strategiesOf(entry).includes(strategy);
  return {
    entry,
    half: halfOf(entry),
    kind,
    strategy,
    named: kind !== 'unknown' || accepted,
    right: accepted && fits,
    harmful: strategy !== 'none' && !(accepted && fits),
  };
}

function strategiesOf({ kinds, strategies }: Entry): readonly Strategy[] {
  return strategies ?? kinds.flatMap((kind) => harmless[kind]);
}

export interface Score {
  readonly entries: number;
  readonly named: number;
  readonly right: number;
  readonly harmful: number;
}

export function scoreOf(outcomes: readonly Outcome[]): Score {
  const many = (key: 'named' | 'right' | 'harmful'): number => outcomes.filter((one) => one[key]).length;
  return { entries: outcomes.length, named: many('named'), right: many('right'), harmful: many('harmful') };
}
