import { asOpsError } from '../errors.ts';
import { nothing, type ReadinessFinding } from './readiness.ts';

export type Measured<T> = { readonly value: T } | { readonly unmeasured: ReadinessFinding };

/** The result of calls to AWS; or why there is none and what to do. `permission`: the action that they need. */
export async function measured<T>(permission: string, work: () => Promise<T>): Promise<Measured<T>> {
  try {
    return { value: await work() };
  } catch (thrown) {
    const { code, message, next } = asOpsError(thrown);
    const fix =
      code === 'aws-denied' ? `Allow ${permission} for Relight’s role (see deploy/iam/observer.json).` : next;
    return { unmeasured: { what: message, fix } };
  }
}

/** The check whose first call failed: nothing is known. */
export function notMeasured(unmeasured: ReadinessFinding): {
  readonly looked: string;
  readonly findings: [];
  readonly unmeasured: ReadinessFinding[];
} {
  return { looked: nothing, findings: [], unmeasured: [unmeasured] };
}
