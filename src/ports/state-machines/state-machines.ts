import type { JsonObject } from '../basics.ts';
import type { AwsCall } from '../calls.ts';
import type { Token } from '../token.ts';

/** A state machine as AWS describes it now. */
export interface StateMachine {
  readonly type: string;
  /** `ACTIVE` or `DELETING`. */
  readonly status: string;
  /** Changes with each update of its definition or role; absent before the first update. */
  readonly revision?: string;
}

/**
 * One execution of a state machine. `status` is RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED or PENDING_REDRIVE:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
 */
export interface Execution {
  readonly arn: string;
  readonly status: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly input?: string;
  /** Set if it succeeded. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** The frozen request of an execution: the input of StartExecution, and the revision that people approved. */
export interface ExecutionRequest {
  readonly [field: string]: string;
  readonly stateMachineArn: string;
  readonly name: string;
  /** JSON text, which AWS compares byte by byte. */
  readonly input: string;
}

/**
 * Reads the state machines of the account.
 *
 * @example const execution = await stateMachines.find(arn)
 */
export interface StateMachines {
  /** `state_machines` of relight.yaml. */
  readonly allowed: readonly string[];
  /** Undefined if there is none. A version or an alias counts as its state machine. */
  readonly machine: (arn: string) => Promise<StateMachine | undefined>;
  /** Undefined if AWS shows no execution with this ARN. */
  readonly find: (executionArn: string) => Promise<Execution | undefined>;
}

/** State machines, with the calls that only an approved change may make. */
export interface StateMachineChanges extends StateMachines {
  /**
   * Starts at most one execution per token, and returns it on every later call. Throws `not-approved` if the request is
   * not the token's, `execution-foreign` if an execution with another input has the name, `basis-changed` if the state
   * machine has changed since, and `execution-running` if an earlier attempt's execution still runs.
   */
  readonly start: (request: ExecutionRequest, token: Token) => Promise<Execution>;
  /** Stops an execution; does nothing if it has ended. Throws `not-approved` if the request is not the token's. */
  readonly stop: (request: StopRequest, token: Token) => Promise<void>;
}

/** The input of StopExecution. */
export interface StopRequest {
  readonly [field: string]: string;
  readonly executionArn: string;
  /** People read it in the Step Functions console. */
  readonly cause: string;
}

/**
 * For `sends`: the call that `stateMachines.start` makes.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function startExecutionCall({ stateMachineArn, name, input }: ExecutionRequest): {
  readonly operation: string;
  readonly input: Pick<ExecutionRequest, 'stateMachineArn' | 'name' | 'input'>;
} {
  return { operation: 'StartExecution', input: { stateMachineArn, name, input } };
}

/**
 * For `sends`: the call that `stateMachines.stop` makes.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
 */
export function stopExecutionCall(request: StopRequest): AwsCall {
  return { operation: 'StopExecution', input: request };
}

/** The frozen request in its own type; undefined if it starts no execution. */
export function executionRequestIn({
  stateMachineArn,
  name,
  input,
  revision,
}: JsonObject): ExecutionRequest | undefined {
  if (typeof stateMachineArn !== 'string' || typeof name !== 'string' || typeof input !== 'string')
    return undefined;
  return { stateMachineArn, name, input, ...(typeof revision === 'string' && { revision }) };
}

/** It may still do something. An execution that waits for its redrive has not ended. */
export function isRunning({ status }: Pick<Execution, 'status'>): boolean {
  return status === 'RUNNING' || status === 'PENDING_REDRIVE';
}
