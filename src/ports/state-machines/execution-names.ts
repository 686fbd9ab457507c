import type { AttemptKey } from '../token.ts';

/** Characters that Step Functions and its logs allow: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const forbidden = /[^A-Za-z0-9_-]/g;
const longest = 80;

const machineArn = /^arn:(aws[a-z-]*):states:([a-z0-9-]+):(\d{12}):stateMachine:([\w-]{1,80})(?::([\w-]+))?$/;
const executionArn = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:execution:[\w-]+:([\w-]+)$/;

/** The name of this attempt's execution: the same after a crash, another one for the next attempt. */
export function executionName({
  incident,
  step,
  attempt,
  id,
}: Pick<AttemptKey, 'incident' | 'step' | 'attempt' | 'id'>): string {
  const suffix = `-r${attempt}-${id}`;
  return `${`${incident}-${step}`.replace(forbidden, '-').slice(0, longest - suffix.length)}${suffix}`;
}

/** The names of the executions of earlier attempts, oldest first. */
export function earlierExecutionNames(
  key: Pick<AttemptKey, 'incident' | 'step' | 'earlier'>,
): readonly string[] {
  return key.earlier.map((id, index) => executionName({ ...key, attempt: index + 1, id }));
}

/** Whether it is the ARN of a state machine, of one of its versions, or of one of its aliases. */
export function isMachineArn(text: string): boolean {
  return machineArn.test(text);
}

interface MachineParts {
  readonly name: string;
  /** The version or the alias. */
  readonly qualifier: string | undefined;
  /** Without the version or the alias. */
  readonly plain: string;
}

export function machineParts(arn: string): MachineParts {
  const [, partition = '', region = '', account = '', name = '', qualifier] = machineArn.exec(arn) ?? [];
  return { name, qualifier, plain: `arn:${partition}:states:${region}:${account}:stateMachine:${name}` };
}

/** The ARN of an execution has no version or alias. */
export function executionArnOf(machine: string, name: string): string {
  return `${machineParts(machine).plain.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** The name in the ARN of an execution; undefined for any other text, such as the name of a job. */
export function executionNameIn(arn: string): string | undefined {
  return executionArn.exec(arn)?.[1];
}
