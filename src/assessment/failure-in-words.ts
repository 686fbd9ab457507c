import { quote } from '../in-words.ts';
import type { FailureKind } from '../ports/failure-kind.ts';

/** What a container writes around the error of any script: by itself it says nothing about the cause. */
const wrapping =
  /AlgorithmError|ExecuteUserScriptError|ErrorMessage|ExitCode|exit code|Last log line|No log line was read/g;

/**
 * The words of a failure, comparable between jobs: numbers, ids and paths are different in each job of one outage.
 * Nothing where the words would fit any failure.
 */
export function failureIn(kind: FailureKind, [said = '']: readonly string[]): { readonly failure?: string } {
  const words = said
    .replace(/^(FailureReason|Log): /, '')
    .replaceAll(/s3:\/\/\S+|arn:\S+|\b[\w-]*\d[\w-]*\b/g, '…')
    .replaceAll(/[“”]/g, '');
  const telling = words.replaceAll(wrapping, '').replaceAll(/[\W_]/g, '');
  return kind === 'unknown' && telling.length < 8 ? {} : { failure: quote(words, 120) };
}
