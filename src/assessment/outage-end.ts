import { count, counted, quote } from '../in-words.ts';
import type { ManualStep } from '../ports/form-fields.ts';
import type { JobAccount, JobOutcome } from './job-outcomes.ts';

/** An incident about many jobs ends when each job trains again, or a person has set it aside with a reason. */

// Journals store these choices as answers, so their text must not change.
const lookAgain = 'look again, and recover what can be';
const setAside = 'set them aside';

/** The manual step for jobs that neither train nor are recovered automatically. */
export const decideOnLeftJobs = {
  title: 'Jobs left behind',
  asks: 'The jobs that do not train are listed above, with what to do about each. This incident ends when each of them trains, here or in its own thread, or is set aside with a reason.',
  button: 'Decide about the rest',
  approver: 'responder',
  fields: [
    {
      key: 'choice',
      label: 'What to do',
      kind: 'choice',
      choices: [lookAgain, setAside],
      initial: lookAgain,
    },
    {
      key: 'why',
      label: 'Why they are set aside',
      kind: 'paragraph',
      optional: true,
      hint: 'Required to set them aside. Shown on the card and in the postmortem.',
    },
  ],
  problems: ({ choice, why = '' }) =>
    choice === setAside && why.trim() === '' ? { why: 'Say why these jobs need not train again.' } : {},
} as const satisfies ManualStep;

export interface Accounted {
  readonly incident: { readonly board?: readonly string[] | undefined };
  readonly account?: { readonly jobs: readonly JobAccount[] } | undefined;
  readonly left?: { readonly choice: string; readonly why: string } | undefined;
}

export function wantsAnotherLook({ left }: Accounted): boolean {
  return left?.choice === lookAgain;
}

/** Affected jobs that do not train, including those that failed after the others were examined. */
export function leftBehind({ incident, account }: Accounted): readonly string[] {
  const jobs = account?.jobs ?? [];
  const unknown = (incident.board ?? []).filter((job) => !jobs.some((one) => one.job === job));
  return [...jobs.filter(({ outcome }) => outcome === 'left').map(({ job }) => job), ...unknown];
}

/** Jobs that another round recovers without a decision. */
export function dueJobs({ account }: Accounted): readonly string[] {
  return (account?.jobs ?? []).filter(({ due }) => due).map(({ job }) => job);
}

/** Undefined until the jobs have been examined. */
export function outcomesOf(results: Accounted): readonly JobOutcome[] | undefined {
  const { incident, account, left } = results;
  if (account === undefined || incident.board === undefined) return undefined;
  const behind = new Set(leftBehind(results));
  return incident.board.map((job): JobOutcome => {
    const known = account.jobs.find((one) => one.job === job);
    // The person's decision does not cover jobs that failed later.
    if (known === undefined)
      return { job, outcome: 'left', says: 'it failed after the others were examined; look again' };
    if (!behind.has(job)) return { job, outcome: 'trains', says: known.says };
    if (left?.choice === setAside) return { job, outcome: 'set aside', says: left.why };
    return { job, outcome: 'left', says: [known.says, known.next].filter(Boolean).join('; ') };
  });
}

/** How the jobs were recovered, as one sentence; undefined while a job is left, or if none trains. */
export function outageRecovered(results: Accounted): string | undefined {
  const outcomes = outcomesOf(results);
  if (outcomes === undefined || outcomes.some(({ outcome }) => outcome === 'left')) return undefined;
  const aside = outcomes.filter(({ outcome }) => outcome === 'set aside');
  if (aside.length === outcomes.length) return undefined;
  const train = trainInWords(outcomes.length - aside.length, outcomes.length);
  return `${train}${restartedInWords(results)}${asideInWords(aside, results.left?.why)}`;
}

/** How the incident ended if a person set all jobs aside; undefined otherwise. */
export function allSetAside(results: Accounted): string | undefined {
  const outcomes = outcomesOf(results) ?? [];
  const all = outcomes.length > 0 && outcomes.every(({ outcome }) => outcome === 'set aside');
  return all
    ? `A person set all ${counted(outcomes.length, 'job')} aside: ${quote(results.left?.why ?? '', 120)}`
    : undefined;
}

/** `5 of 6 jobs train again`. */
export function trainInWords(good: number, all: number): string {
  return `${count(good)} of ${counted(all, 'job')} ${good === 1 || all === 1 ? 'trains' : 'train'} again`;
}

function restartedInWords({ account }: Accounted): string {
  const restarted = account?.jobs.filter(({ outcome }) => outcome === 'restarted') ?? [];
  return restarted.length === 0 ? '' : `, ${count(restarted.length)} of them restarted by SageMaker itself`;
}

function asideInWords(aside: readonly JobOutcome[], why = ''): string {
  if (aside.length === 0) return '';
  return `; ${namesOf(aside)} ${aside.length === 1 ? 'was' : 'were'} set aside: ${quote(why, 120)}`;
}

const maxNamed = 3;

/** The first few by name, and a count of the rest. */
export function namesOf(jobs: readonly { readonly job: string }[]): string {
  const rest = jobs.length - maxNamed;
  const named = jobs.slice(0, maxNamed).map(({ job }) => job);
  return `${named.join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`;
}
