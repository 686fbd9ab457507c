import { OpsError } from '../../errors.ts';
import type { Answers } from '../../ports/form-fields.ts';
import type { Action } from './action.ts';

/** Reads a step's input out of the results, and takes up what a person changed of it. */
export function inputOf<R>(
  action: Action<unknown, unknown>,
  inputFrom: (results: R) => unknown,
): (results: R, answers?: Answers) => unknown {
  return (results, answers) => {
    const found = action.input.parse(inputFrom(results));
    if (answers === undefined || action.effect !== 'change' || action.adjust === undefined) return found;
    const adjusted = action.adjust.apply(found, answers);
    if ('wrong' in adjusted) throw new OpsError('adjustment-refused', adjusted.wrong);
    return adjusted.input;
  };
}
