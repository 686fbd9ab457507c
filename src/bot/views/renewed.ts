import { type Block, quote } from './blocks.ts';
import type { StepView } from './steps.ts';
import { line } from './untrusted.ts';
import { signs } from './words.ts';

/** Why an approved or proposed request was given up: nothing of it was sent. */
export function renewedLine({ step, state }: StepView): readonly Block[] {
  if (!('renewed' in state) || state.renewed === undefined) return [];
  const why = line(state.renewed, 400);
  if (step.kind === 'action' && step.action.effect === 'read') return [quote(`Looking again: ${why}.`)];
  const next =
    state.status === 'proposed'
      ? 'Relight looked again, and this is a new request: read it, then approve it.'
      : 'Relight looks again and then makes a new request.';
  return [quote(`${signs.warning} Not carried out: ${why}. ${next}`)];
}
