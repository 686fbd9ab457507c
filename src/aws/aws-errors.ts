import { OpsError, type OpsErrorCode } from '../errors.ts';
import { codeOf, Failure } from './aws-error-codes.ts';
import { isRefusedChange } from './call-log.ts';

/** AWS messages can contain a whole policy. This many characters are shown to people. */
const maxMessageLength = 600;

/**
 * Wraps every call to AWS and turns its errors into `OpsError`. `where` names the operation and its target. `expected`: by
 * the name of an AWS error, what to return instead. It may also throw an `OpsError` that says more.
 */
export async function callAws<T, E = never>(
  where: string,
  call: () => Promise<T>,
  expected: Readonly<Record<string, (thrown: unknown) => E>> = {},
): Promise<T | E> {
  try {
    return await call();
  } catch (thrown) {
    const answer = thrown instanceof Error ? expected[thrown.name] : undefined;
    if (answer !== undefined) return answer(thrown);
    throw toOpsError(where, thrown);
  }
}

/** Runs the call; undefined when it fails with one of these codes, such as not found or denied. `note` gets that error. */
export async function unless<T>(
  codes: readonly OpsErrorCode[],
  call: () => Promise<T>,
  note?: (error: OpsError) => void,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (thrown) {
    if (!(thrown instanceof OpsError) || !codes.includes(thrown.code)) throw thrown;
    note?.(thrown);
    return undefined;
  }
}

function toOpsError(where: string, thrown: unknown): OpsError {
  if (thrown instanceof OpsError) return thrown;
  const parsed = Failure.safeParse(thrown);
  if (!parsed.success) return new OpsError('unexpected', `${where}: ${String(thrown)}`, { cause: thrown });
  const { name, message } = parsed.data;
  const text = message === '' ? name : `${name}: ${firstLine(message)}`;
  const refused = isRefusedChange(thrown);
  return new OpsError(codeOf(parsed.data), `${where}: ${text}`, { cause: thrown, refused });
}

/** Drops the SDK's own module path in front of some messages and the developer advice after others. */
function firstLine(message: string): string {
  const [first = ''] = message.replace(/^@smithy\/\S+ - (\[ERROR\] )?/, '').split('\n');
  return first.slice(0, maxMessageLength);
}
