import type { JobOutcome } from '../../assessment/job-outcomes.ts';
import { OpsError } from '../../errors.ts';
import type { IncidentKind } from '../../ports/failure-kind.ts';
import { firstLookSteps } from '../first-look.ts';
import { type RunKeys, stepsOfRun } from './run-keys.ts';
import { grow, type Results, type Start, type Step, type Steps } from './steps.ts';

interface Described {
  readonly title: string;
  /** When to use it, one sentence. */
  readonly summary: string;
  /** Empty if only a person starts it. */
  readonly handles: readonly IncidentKind[];
}

/** The callbacks of a playbook, asked after every step. `R`: the results by step key. */
interface Endings<R, Id extends string = string> {
  /** How training was recovered, one sentence, once it was. */
  readonly recovered: (results: R) => string | undefined;
  /** The playbook to hand over to, once that is known. */
  readonly handOver?: (results: R) => HandOver<Id> | undefined;
  /** Why nothing is broken, one sentence, once that is known: the incident then ends without a recovery. */
  readonly nothingBroke?: (results: R) => string | undefined;
  /** How a person ended it without a recovery, one sentence. */
  readonly ended?: (results: R) => string | undefined;
  /** For a playbook about many jobs: the outcome of each, once known. The card counts them. */
  readonly outcomes?: (results: R) => readonly JobOutcome[] | undefined;
}

/** A playbook as the runner, the card and the command line see it: the result of `definePlaybook`. */
export interface Playbook extends Described, Endings<Results> {
  readonly steps: readonly Step[];
  /** The step keys if a person starts it with a command: a first look comes before its own steps. */
  readonly stepsWhenAsked: readonly string[];
  /** The steps under their keys of this run; undefined if the playbook has changed since the run started. */
  readonly stepsIn: (run: RunKeys) => readonly Step[] | undefined;
  /** The ids of all playbooks that `handOver` may name; those of failure kinds need not be listed. */
  readonly handsOverTo?: readonly string[];
}

/**
 * The playbook that takes over: the one for a failure kind, or one by its id.
 *
 * @example { kind: 'data', why: 'the loader could not parse a record' }
 * @example { playbook: 'out-of-memory', why: 'a person chose it' }
 */
export type HandOver<Id extends string = string> = {
  /** Shown in the thread, one clause. */
  readonly why: string;
  /** True if the playbook made progress and needs another round; otherwise it starts automatically only once, until a person chooses a playbook. */
  readonly again?: boolean;
  /** When it broke, in milliseconds since the epoch, if there was only a warning until then: starts the RTO clock. */
  readonly failedAt?: number;
} & ({ readonly kind: IncidentKind } | { readonly playbook: Id });

interface Plan<R extends Start, Id extends string>
  extends Described,
    Endings<Start & Partial<NoInfer<R>>, NoInfer<Id>> {
  readonly steps: (first: Steps<Start>) => Steps<R>;
  /** A name that a person types is only known later: give a `readonly string[]`, and any name compiles. */
  readonly handsOverTo?: readonly Id[];
}

/**
 * Defines a playbook. Its file exports the result as `playbook`, and the file name is the playbook's id. `handles`
 * names the failure kinds that start it automatically; leave it empty if only a person starts it.
 *
 * @example
 * export const playbook = definePlaybook({
 *   title: 'Look at the logs',
 *   summary: 'Collects the evidence for a person.',
 *   handles: [],
 *   steps: (first) => first.action('logs', readTrainingLogs, ({ incident }) => ({ job: incident.job })),
 *   recovered: () => undefined,
 * });
 */
export function definePlaybook<R extends Start, const Id extends string = never>(
  playbook: Plan<R, Id>,
): Playbook {
  const { steps, ...rest } = playbook;
  const list = chained(steps);
  // `checkpoints_stopped` is about a job that is still running, so a first look would find nothing new.
  const asked = rest.handles.includes('checkpoints_stopped')
    ? list
    : [...firstLookSteps(rest.handles), ...list];
  const defined: Playbook = {
    // The callbacks read results by the keys that `steps` gave them; the erased form has the same keys.
    ...(rest as unknown as Described & Endings<Results> & Pick<Playbook, 'handsOverTo'>),
    steps: list,
    stepsWhenAsked: asked.map(({ key }) => key),
    stepsIn: (run) => stepsOfRun(list, run) ?? stepsOfRun(asked, run),
  };
  definedHere.add(defined);
  return defined;
}

/** The steps in order. Every call makes a new builder, so a step whose result is not used would be lost silently. */
function chained(steps: (first: Steps<Start>) => Pick<Steps<Start>, 'list'>): readonly Step[] {
  const built: string[] = [];
  const { list } = steps(grow([], built));
  const dropped = built.find((key, index) => list[index]?.key !== key);
  if (dropped === undefined) return list;
  throw new OpsError(
    'playbook-invalid',
    `the step ${dropped} is built, but is not in the chain that steps returns; chain it or delete it`,
  );
}

const definedHere = new WeakSet<object>();

/** Whether this copy of Relight defined it: another copy has its own `Again` and `OpsError`, which this one does not recognize. */
export function isDefinedHere(playbook: object): boolean {
  return definedHere.has(playbook);
}
