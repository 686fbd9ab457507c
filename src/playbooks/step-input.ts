import { OpsError } from '../errors.ts';
import type { Answers } from './form.ts';
import type { Results, Step } from './steps.ts';

type ActionStep = Extract<Step, { kind: 'action' }>;

/** What a step works on: what the steps before it found, with what a person changed of it. */
export function inputOf({ action, inputFrom }: ActionStep, results: Results, answers?: Answers): unknown {
  const found = action.input.parse(inputFrom(results));
  if (answers === undefined || action.effect !== 'change' || action.adjust === undefined) return found;
  const adjusted = action.adjust.apply(found, answers);
  if ('wrong' in adjusted) throw new OpsError('adjustment-refused', adjusted.wrong);
  return adjusted.input;
}
