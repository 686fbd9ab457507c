import { OpsError } from '../errors.ts';

/**
 * What a port said when it could not give what a recovery can do without: the step tells it and goes on. Only what
 * ports may throw; anything else is a defect and is thrown on, so that it is seen as one.
 */
export function saidBy(thrown: unknown): string {
  if (thrown instanceof OpsError) return thrown.message;
  throw thrown;
}
