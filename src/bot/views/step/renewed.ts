import type { StepState } from '../../../playbooks/runner.ts';
import { type Block, quote } from '../blocks.ts';
import type { StepView } from '../step-views.ts';
import { line } from '../untrusted.ts';
import { signs } from '../words.ts';

/** Why a step looks again: what the request relied on has changed, so nothing of it was launched. */
export function renewedLine({ step, state }: StepView): readonly Block[] {
  if (!('renewed' in state) || state.renewed === undefined) return [];
  const why = line(state.renewed, 400);
  return step.kind === 'action' && step.action.effect !== 'change'
    ? [quote(`Looking again: ${why}.`)]
    : [notCarriedOut(why, 'Relight looks again and then makes a new request.')];
}

/** The same on the request that took the place of the one before. */
export function newRequestLine({ renewed }: Extract<StepState, { status: 'proposed' }>): readonly Block[] {
  if (renewed === undefined) return [];
  const next = 'Relight looked again, and this is a new request: read it, then approve it.';
  return [notCarriedOut(line(renewed, 400), next)];
}

function notCarriedOut(why: string, next: string): Block {
  return quote(`${signs.warning} Not carried out: ${why}. ${next}`);
}
