import { type Incident, proposalWords } from '../../incidents/incident.ts';
import type { Proposal } from '../../playbooks/outcome.ts';
import type { StepState } from '../../playbooks/runner.ts';
import { actionIds, stepRef } from '../ids.ts';
import { approvalLines, approvedBy } from './approvals.ts';
import {
  type Block,
  type ButtonWords,
  bold,
  buttons,
  facts,
  quote,
  say,
  small,
  smallQuote,
} from './blocks.ts';
import { differences } from './differences.ts';
import { fitMessage, type Rendered } from './render-limits.ts';
import { renewedLine } from './renewed.ts';
import { stepCommand } from './step-command.ts';
import { asksPeople, notFinished, oneLine, reportOf, type StepView, signOf } from './steps.ts';
import { escape, line, mention } from './untrusted.ts';
import { wayButtons } from './ways-on.ts';
import { clock, signs } from './words.ts';

/** A step's own message: what it is about, then what is going on, then what came of it. Buttons only while it asks. */
export function stepMessage(incident: Incident, view: StepView): Rendered {
  const asked = asksPeople(view) ? buttonsOf(incident, view) : [];
  const command = stepCommand(incident.id, view.step.key, view.state);
  return fitMessage({
    blocks: [
      say(`${signOf(view)} ${bold(view.title)}  ·  step ${view.place} of ${view.of}${inPlaybook(view)}`),
      ...bodyOf(view),
      ...(asked.length === 0 ? [] : [buttons(asked)]),
      ...(view.state.status === 'proposed' && asked.length > 0 ? [instead(command)] : []),
    ],
    text: escape(oneLine(view)) + (asked.length === 0 ? '' : `\nPress the button, or send ${command}`),
  });
}

/** Where buttons fail, the command names the request that stands above, and approves no other. */
function instead(command: string): Block {
  return small(`To approve exactly this request without the button: \`${command}\``);
}

/** Two playbooks of one incident may have steps of the same name. */
export function inPlaybook({ playbook }: StepView): string {
  return playbook === undefined ? '' : ` of ${escape(line(playbook, 80))}`;
}

/** Said where a playbook has done all it could. */
const unresolvedWords =
  'Training is not known to be back. The clock runs on until Relight sees it train again, or somebody says how it ended.';

function bodyOf(view: StepView): readonly Block[] {
  return view.unresolved
    ? [quote(unresolvedWords), smallQuote(`Then: ${purposeOf(view)}`)]
    : bodyIn(view, view.state);
}

function bodyIn(view: StepView, state: StepState): readonly Block[] {
  switch (state.status) {
    case 'waiting':
      return [...renewedLine(view), quote(purposeOf(view))];
    case 'working':
      return view.over ? [quote(notFinished)] : [quote(line(state.note, 500)), smallQuote(purposeOf(view))];
    case 'proposed':
      return proposal(view, state);
    case 'changing':
      return [
        quote(line(state.proposal.headline, 400)),
        ...approvedBy(state.approvals),
        quote(line(state.note ?? 'Under way.', 500)),
      ];
    case 'done':
      return done(view, state);
    case 'skipped':
      return [quote(`Skipped: ${line(state.reason, 400)}`)];
    case 'failed':
      return [quote(line(state.says, 1_500)), ...nextAfter(view, state)];
    default:
      return state satisfies never;
  }
}

/** Where nobody waits for it any more, nothing is asked of anybody. */
function nextAfter(
  { current, replaced }: StepView,
  { next }: Extract<StepState, { status: 'failed' }>,
): readonly Block[] {
  if (replaced) return [quote('Since then another playbook took over.')];
  return current ? [say(`*Next:* ${escape(line(next, 500))}`)] : [];
}

function purposeOf({ step, state }: StepView): string {
  const does = step.kind === 'action' ? step.action.does : step.manual.asks;
  return line(proposalWords(state)?.does ?? does, 600);
}

type Proposed = Extract<StepState, { status: 'proposed' }>;

function proposal(view: StepView, state: Proposed): readonly Block[] {
  return [
    quote(line(state.proposal.headline, 400)),
    smallQuote(purposeOf(view)),
    ...warnings(state.proposal.warnings),
    ...differences(state.proposal.differences),
    ...renewedLine(view),
    ...approvalLines(state),
  ];
}

function warnings(list: readonly string[]): readonly Block[] {
  return list.slice(0, 8).map((one) => quote(`${signs.warning} ${line(one, 300)}`));
}

function done({ step }: StepView, state: Extract<StepState, { status: 'done' }>): readonly Block[] {
  const report = reportOf(step, state.result);
  if (report === undefined)
    return [
      small(
        `Done at ${clock(state.at)}. An earlier version of Relight wrote the result, so it is not shown.`,
      ),
    ];
  const rest = (report.lines ?? []).map((one) => `• ${line(one, 300)}`);
  return [
    quote(line(report.headline, 500)),
    ...facts(report.facts ?? []),
    ...(rest.length === 0 ? [] : [smallQuote(rest.join('\n'))]),
    ...approvedBy(state.approvals ?? []),
    ...(state.proposal === undefined ? [] : [smallQuote(sentLine(state.proposal))]),
    ...(state.by === undefined ? [] : [small(`By ${mention(state.by)} at ${clock(state.at)}`)]),
  ];
}

/** What was approved and sent, for whoever reads the thread afterwards. */
function sentLine({ differences: changed }: Proposal): string {
  const fields = changed.map(({ field }) => line(field, 80)).join(', ');
  return `Sent as approved. It changed ${line(fields, 600) || 'nothing'}.`;
}

function buttonsOf(incident: Incident, view: StepView): readonly ButtonWords[] {
  const { step, state, unresolved } = view;
  if (unresolved) return wayButtons(incident);
  const ref = (attempt: number, hash?: string): string => stepRef(incident.id, step.key, attempt, hash);
  if (state.status === 'failed')
    return [
      { label: 'Try again', id: actionIds.retry, value: ref(state.attempt), primary: true },
      ...adjustButton(incident, view, ref(state.attempt)),
      ...wayButtons(incident, state.code),
    ];
  if (state.status === 'proposed') {
    const value = ref(state.attempt, state.hash);
    return [
      {
        label: approveLabel(view),
        id: actionIds.approve,
        value,
        primary: true,
        confirm:
          'Relight sends the request shown above to AWS, exactly as it stands. Your name goes into the audit trail.',
      },
      ...adjustButton(incident, view, value),
      { label: 'See the request', id: actionIds.request, value },
    ];
  }
  const label = step.kind === 'manual' ? step.manual.button : 'Answer';
  return [{ label, id: actionIds.form, value: ref('attempt' in state ? state.attempt : 1), primary: true }];
}

function approveLabel({ step, state }: StepView): string {
  const label = step.kind === 'action' && step.action.effect === 'change' ? step.action.button : 'Approve';
  return proposalWords(state)?.button ?? label;
}

function adjustButton(
  { adjusted }: Incident,
  { step, state }: StepView,
  value: string,
): readonly ButtonWords[] {
  if (step.kind !== 'action' || step.action.effect !== 'change' || step.action.adjust === undefined)
    return [];
  // The action's own label may speak of a choice that was made already.
  const label =
    state.status === 'failed' && adjusted[step.key] !== undefined ? 'Choose other values' : undefined;
  return [
    {
      label: proposalWords(state)?.adjust ?? label ?? step.action.adjust.button,
      id: actionIds.form,
      value,
    },
  ];
}
