import type { ProcessEnd, Statement } from './facts.ts';
import { endIn, torchrunEnd } from './process-ends.ts';
import { statementsOf } from './statements.ts';

/** The parts of a FailureReason: who speaks, and what the container passed on. */
export interface Reason {
  readonly text: string;
  /** True if SageMaker itself reports the problem; false if it passes on what a container said. */
  readonly byService: boolean;
  readonly statements: readonly Statement[];
  readonly ends: readonly ProcessEnd[];
}

/** https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/errors.py composes these fields. */
const fields = /^(?:AlgorithmError: ?,? ?)?(?:ExecuteUserScriptError:)?\s*$|^ExitCode -?\d+$|^Command "/;
const prefix =
  /^(?:AlgorithmError: ?,? ?)?(?:ExecuteUserScriptError:?\s{0,10}|uncaught exception during training:\s{0,10})?(?:ErrorMessage|ExtraInfo)? ?"?/;

/** Every other prefix is the container's: `AlgorithmError`. */
const service =
  /^\s*(?:ClientError|CapacityError|Insufficient\w{0,20}Capacity\w{0,20}|Internal(?:Server|Service)?(?:Error|Failure|Exception)|Service ?Unavailable\w{0,20}|Resource(?:LimitExceeded|InUse|NotFound)\w{0,20}|Validation(?:Exception|Error)|Throttling\w{0,20}|AccessDenied\w{0,20}|LimitExceeded\w{0,20})\b/;

/**
 * SageMaker cuts a FailureReason to 1,024 characters. A file may contain a longer one, whose middle is left out:
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
 */
const maxCharacters = 16_384;

export function reasonIn(whole: string): Reason {
  const text = endsOf(whole);
  const rows = text.split('\n').flatMap(splitJoined);
  const lines = rows
    .filter((row) => !fields.test(row))
    .map((row, order) => ({ text: row.replace(prefix, '').replace(/"$/, ''), at: 0, order }));
  const byService = service.test(text);
  const statements = byService ? [] : statementsOf({ host: '', lines }, { every: true });
  const torchrun = torchrunEnd(lines);
  const end = endIn(text);
  return {
    text,
    byService,
    statements: statements.map((statement): Statement => ({ ...statement, source: 'FailureReason' })),
    ends: [torchrun, end].flatMap((one) => one ?? []),
  };
}

function endsOf(text: string): string {
  const half = maxCharacters / 2;
  return text.length <= maxCharacters ? text : `${text.slice(0, half)}\n${text.slice(-half)}`;
}

/** Older containers join a traceback into one line. */
function splitJoined(row: string): readonly string[] {
  if (!row.includes('File "')) return [row];
  return row
    .replaceAll(/(?<=\S) {1,4}(?=File "[^"]{1,400}", line \d)/g, '\n  ')
    .replaceAll(/(?<=\S) (?=(?:[A-Za-z_]\w{0,60}\.){0,8}[A-Z]\w{0,60}(?:Error|Exception): )/g, '\n')
    .replaceAll(/(, line \d{1,9}, in \S{1,200}) (?=\S)/g, '$1\n    ')
    .replaceAll(/ (?=Traceback \(most recent)/g, '\n')
    .split('\n');
}
