import { z } from 'zod';
import { missingApprovals } from '../../incidents/model/approvals.ts';
import type { Step } from '../../playbooks/define.ts';
import type { StepState } from '../../playbooks/runner.ts';
import type { Report } from '../../ports/step-output.ts';
import { asksPeople, type StepView } from './step-views.ts';
import { line } from './untrusted.ts';
import { signs } from './words.ts';

/** Replaces the progress of a step when its incident is closed. */
export const notFinished = 'Not finished: the incident was closed first.';

export function signOf(view: StepView): string {
  const { status } = view.state;
  if (status === 'done') return signs.done;
  if (status === 'skipped') return signs.skipped;
  if (status === 'failed') return signs.broke;
  if (status === 'declined' || status === 'canceled') return signs.no;
  if (asksPeople(view)) return signs.yours;
  return view.current ? signs.working : signs.later;
}

const Answers = z.record(z.string(), z.string());

/** The report of a completed step; undefined if an earlier version of the action wrote the result in another shape. */
export function reportOf(step: Step, result: unknown): Report | undefined {
  if (step.kind === 'action') {
    const parsed = step.action.output.safeParse(result);
    return parsed.success ? step.action.report(parsed.data) : undefined;
  }
  const answers = Answers.safeParse(result);
  if (!answers.success) return undefined;
  return {
    headline: 'Answered',
    lines: step.manual.fields.map(({ key, label }) => `${label}: ${answers.data[key] || '–'}`),
  };
}

/** The state of a step in one line without markup, name first, so that a list of them can be skimmed. */
export function oneLine(view: StepView): string {
  const detail = detailOf(view);
  const title = line(view.title, 80);
  const colon = title.endsWith('?') ? ' ' : ': ';
  return `${signOf(view)} ${title}${detail === '' ? '' : `${colon}${line(detail, 160)}`}`;
}

type Details = {
  readonly [S in StepState['status']]: (state: Extract<StepState, { status: S }>, step: Step) => string;
};

const details: Details = {
  waiting: ({ renewed }) => (renewed === undefined ? '' : 'checking again'),
  working: ({ note }) => note,
  proposed: (state) => (missingApprovals(state) > 0 ? state.proposal.headline : 'approved'),
  changing: ({ note, canceling }) => (canceling === undefined ? (note ?? 'in progress') : 'being canceled'),
  done: ({ result }, step) => reportOf(step, result)?.headline ?? 'done',
  skipped: ({ reason }) => `skipped, ${reason}`,
  declined: ({ reason }) => `declined: ${reason}`,
  canceled: ({ says }) => `canceled. ${says}`,
  failed: ({ says }) => says,
};

function detailOf({ step, state, over }: StepView): string {
  if (over && state.status === 'working') return notFinished;
  // The entry has the same status as this state.
  const detail = details[state.status] as (state: StepState, step: Step) => string;
  return detail(state, step);
}
