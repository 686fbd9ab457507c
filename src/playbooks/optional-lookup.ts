import { OpsError } from '../errors.ts';

/**
 * The message of a failed lookup that a recovery can do without, so that the step reports it and continues. Rethrows
 * anything that is not an `OpsError`: ports throw nothing else, so it is a defect and must be seen as one.
 *
 * @example const lines = await logs.tail(job, 50).catch((error: unknown) => [saidBy(error)])
 */
export function saidBy(thrown: unknown): string {
  if (thrown instanceof OpsError) return thrown.message;
  throw thrown;
}
