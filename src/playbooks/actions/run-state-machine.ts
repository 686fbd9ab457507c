import { minutes } from '../../in-words.ts';
import type { JsonObject } from '../../ports/basics.ts';
import { executionName, machineParts } from '../../ports/state-machines/execution-names.ts';
import {
  type Execution,
  type ExecutionRequest,
  executionRequestIn,
  isRunning,
  startExecutionCall,
} from '../../ports/state-machines/state-machines.ts';
import {
  endedEarlier,
  revisionOf,
  runningEarlier,
  usableMachine,
} from '../../ports/state-machines/usable-machine.ts';
import { difference } from '../../relaunch/request-difference.ts';
import { redactText, redactValue } from '../../sanitize/redaction.ts';
import { Again, type Difference, defineAction, OpsError, z } from '../define.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: input of an execution, in bytes of UTF-8 */
const maxInputBytes = 262_144;
/** The journal keeps this much of an output, in bytes of UTF-8. */
const maxOutputBytes = 4_096;
const maxCause = 600;
const lookAgainMs = 5_000;

const Ran = z.object({
  execution: z.string(),
  status: z.string(),
  /** JSON text with secrets removed. If `cut`, only its beginning. */
  output: z.string(),
  cut: z.boolean(),
  startedAt: z.number(),
  endedAt: z.number(),
});
type Ran = z.infer<typeof Ran>;

export const runStateMachine = defineAction({
  name: 'run-state-machine',
  effect: 'change',
  title: 'Run the state machine',
  does: 'Starts one execution of the Step Functions state machine, and follows it until it has ended.',
  approver: 'responder',
  policyClass: 'spend',
  button: 'Start the execution',
  input: z.object({
    /** Its ARN, or that of a version or an alias, as relight.yaml lists it under `state_machines`. */
    stateMachine: z.string(),
    input: z.custom<JsonObject>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      'must be a JSON object',
    ),
  }),
  output: Ran,
  report: ({ execution, status, output, cut, startedAt, endedAt }: Ran) => ({
    headline: `The execution ${status.toLowerCase()} after ${minutes(Math.ceil((endedAt - startedAt) / 60_000))}`,
    facts: [{ label: 'Execution', value: execution }],
    lines: output === '' ? [] : [`Output${cut ? ' (its beginning)' : ''}: ${output}`],
  }),
  // The execution of an attempt whose step failed may still be running: a second one would run beside it.
  madeEarlier: async ({ stateMachine }, { stateMachines }, key) => {
    const found = await runningEarlier(stateMachines, stateMachine, key);
    return found && new Again(lookAgainMs, `${stillRunning(found)}. An earlier attempt started it`);
  },
  preview: async ({ stateMachine, input }, { stateMachines }, key) => {
    const machine = await usableMachine(stateMachines, stateMachine);
    const earlier = await endedEarlier(stateMachines, stateMachine, key);
    const name = executionName(key);
    const revision = revisionOf(stateMachine, machine);
    const request: ExecutionRequest = {
      stateMachineArn: stateMachine,
      name,
      input: JSON.stringify(input),
      ...(revision !== undefined && { revision }),
    };
    requireSendable(request);
    return {
      headline: `Start an execution of ${machineParts(stateMachine).name}`,
      request,
      differences: allFields({ stateMachineArn: stateMachine, name, input }),
      warnings: [
        'Relight does not know what this state machine does or costs; no cap limits it',
        ...movingAlias(stateMachine),
        ...earlier.map(({ arn, status }) => `An earlier attempt already ran: ${arn} ${status}`),
      ],
      terms: {
        price: 'unknown. Relight cannot tell what an execution costs.',
        undo: 'What the execution has done stays. While it runs, it can be canceled and then stopped.',
      },
    };
  },
  sends: ({ request }) => {
    const asked = executionRequestIn(request);
    return asked === undefined ? [] : [startExecutionCall(asked)];
  },
  run: async ({ request }, _, { stateMachines }, token) => {
    const asked = executionRequestIn(request);
    if (asked === undefined)
      throw new OpsError('approval-lapsed', 'the request is from another version of Relight');
    const started = await stateMachines.start(asked, token);
    // An execution that was just started may not be visible yet.
    const execution = (await stateMachines.find(started.arn)) ?? started;
    if (isRunning(execution)) return new Again(lookAgainMs, stillRunning(execution));
    return resultOf(execution);
  },
});

/** Each field as a new one. An object that is empty on one side would count as a single value, so both have `type`. */
function allFields(fields: JsonObject): Difference[] {
  const type = 'STANDARD';
  return difference({ type }, { type, ...fields });
}

/** A version is a number. */
function movingAlias(arn: string): string[] {
  const { qualifier = '0' } = machineParts(arn);
  return /^\d+$/.test(qualifier)
    ? []
    : [`The alias ${qualifier} decides which version runs when the execution starts`];
}

/** A secret would be readable in the console, and Relight could not restore it after its redaction. */
function requireSendable(request: ExecutionRequest): void {
  const bytes = Buffer.byteLength(request.input);
  if (bytes > maxInputBytes)
    throw new OpsError('machine-unusable', `the input has ${bytes} bytes; AWS allows ${maxInputBytes}`);
  if (redactValue(request).input !== request.input || redactText(request.input) !== request.input)
    throw new OpsError(
      'machine-unusable',
      'the input contains a secret, which everyone could read in the console: pass the name of a secret in AWS Secrets Manager',
    );
}

function stillRunning({ arn, status }: Execution): string {
  return status === 'PENDING_REDRIVE' ? `${arn} waits until AWS redrives it` : `${arn} is running`;
}

function resultOf({
  arn,
  status,
  output = '',
  error,
  cause,
  startedAt,
  endedAt = startedAt,
}: Execution): Ran {
  if (status !== 'SUCCEEDED') {
    const why = [error, cause].filter((one) => one !== undefined && one !== '').join(': ');
    const told = why === '' ? '' : ` (${redactText(why).replaceAll(/\s+/g, ' ').slice(0, maxCause)})`;
    throw new OpsError('execution-failed', `${arn} is ${status}${told}`);
  }
  const shown = Buffer.from(withoutSecrets(output));
  return {
    execution: arn,
    status,
    // As a part of a stream, so that a character that is cut in two is left out.
    output: new TextDecoder().decode(shown.subarray(0, maxOutputBytes), { stream: true }),
    cut: shown.length > maxOutputBytes,
    startedAt,
    endedAt,
  };
}

/** Names of fields tell which values are secrets, so the output is read as JSON first. */
function withoutSecrets(output: string): string {
  try {
    return JSON.stringify(redactValue(JSON.parse(output)));
  } catch {
    return redactText(output);
  }
}
