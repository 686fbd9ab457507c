import { quote } from '../in-words.ts';
import type { FailureKind } from '../ports/failure-kind.ts';

/** Text that a container adds to the error of any script. It says nothing about the cause. */
const wrapping =
  /AlgorithmError|ExecuteUserScriptError|ErrorMessage|ExitCode|exit code|Last log line|No log line was read/g;

/**
 * The error text in a form that is comparable between jobs, without numbers, ids and paths. Empty if the text would fit
 * any failure.
 */
export function comparableFailure(
  kind: FailureKind,
  [said = '']: readonly string[],
): { readonly failure?: string } {
  const words = said
    .replace(/^(FailureReason|Log): /, '')
    .replaceAll(/s3:\/\/\S+|arn:\S+|\b[\w-]*\d[\w-]*\b/g, '…')
    .replaceAll(/[“”]/g, '');
  const meaningful = words.replaceAll(wrapping, '').replaceAll(/[\W_]/g, '');
  return kind === 'unknown' && meaningful.length < 8 ? {} : { failure: quote(words, 120) };
}
