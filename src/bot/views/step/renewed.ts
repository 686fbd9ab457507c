import type { StepState } from '../../../playbooks/runner.ts';
import { type Block, quote } from '../blocks.ts';
import type { StepView } from '../step-views.ts';
import { line } from '../untrusted.ts';
import { signs } from '../words.ts';

/** Why a step checks again: something that the request relied on has changed, so nothing was launched. */
export function renewedLine({ step, state }: StepView): readonly Block[] {
  if (!('renewed' in state) || state.renewed === undefined) return [];
  const why = line(state.renewed, 400);
  return step.kind === 'action' && step.action.effect !== 'change'
    ? [quote(`Checking again: ${why}.`)]
    : [notCarriedOut(why, 'Relight checks again, then builds a new request.')];
}

/** Why this request replaced the previous one. */
export function newRequestLine({ renewed }: Extract<StepState, { status: 'proposed' }>): readonly Block[] {
  if (renewed === undefined) return [];
  const next = 'Relight checked again and built this new request. Read it, then approve it.';
  return [notCarriedOut(line(renewed, 400), next)];
}

function notCarriedOut(why: string, next: string): Block {
  return quote(`${signs.warning} Not carried out: ${why}. ${next}`);
}
