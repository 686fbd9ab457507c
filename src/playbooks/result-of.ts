import { OpsError } from '../errors.ts';

/** Reads the result of a step that may be skipped, where the reading step is skipped for the same reason. */
export function resultOf<T>(result: T | undefined, step: string): T {
  if (result !== undefined) return result;
  throw new OpsError('playbook-invalid', `a step runs without the result of ${step}, which was skipped`);
}
