import { z } from 'zod';
import { account, region } from '../arn.ts';
import { changes, type Operations, reads } from '../operation.ts';
import { AwsError } from '../responses.ts';
import { validated } from '../validated.ts';
import { Execution, Script } from './execution.ts';

/** What `POST /_sandbox/state-machine` changes: how the executions that start from then on end, or the definition. */
const Scripted = Script.extend({ machine: z.string(), updated: z.boolean().default(false) });

const Start = z.object({
  stateMachineArn: z.string().max(256),
  name: z.string().min(1).max(80),
  input: z.string().default('{}'),
});
const OfMachine = z.object({ stateMachineArn: z.string(), includedData: z.string().optional() });
const OfExecution = z.object({ executionArn: z.string(), includedData: z.string().optional() });
const Stop = z.object({
  executionArn: z.string(),
  error: z.string().optional(),
  cause: z.string().max(32_768).optional(),
});

interface Machine {
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly createdAt: number;
  revision: number;
  script: Script;
}

/** The account's state machines: one standard, and one express. */
export class StateMachines {
  private readonly machines = new Map<string, Machine>(
    (['STANDARD', 'EXPRESS'] as const).map((type) => [
      machineArn(type === 'STANDARD' ? 'restore-training' : 'restore-quickly'),
      { type, createdAt: Date.now() / 1_000, revision: 0, script: Script.parse({}) },
    ]),
  );
  private readonly executions = new Map<string, Execution>();
  private readonly speed: number;

  constructor(speed: number) {
    this.speed = speed;
  }

  script(input: unknown): void {
    const { machine, updated, ...script } = Scripted.parse(input);
    const found = this.machineOf(machineArn(machine));
    found.script = script;
    if (updated) found.revision += 1;
  }

  operations(): Operations {
    return {
      DescribeStateMachine: reads((input) =>
        this.describeMachine(validated(OfMachine, input).stateMachineArn),
      ),
      StartExecution: changes((input) => this.start(validated(Start, input))),
      DescribeExecution: reads((input) =>
        this.executionOf(validated(OfExecution, input).executionArn).describe(),
      ),
      StopExecution: changes((input) => {
        const { executionArn, error, cause } = validated(Stop, input);
        return { stopDate: this.executionOf(executionArn).stop(error, cause) };
      }),
    };
  }

  private describeMachine(arn: string): unknown {
    const { type, createdAt, revision } = this.machineOf(arn);
    return {
      stateMachineArn: arn,
      name: arn.split(':').at(6),
      status: 'ACTIVE',
      type,
      definition: '{}',
      roleArn: `arn:aws:iam::${account}:role/StateMachineRole`,
      creationDate: createdAt,
      ...(revision > 0 && { revisionId: `revision-${revision}` }),
    };
  }

  /** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
  private start({ stateMachineArn, name, input }: z.infer<typeof Start>): unknown {
    const machine = this.machineOf(unqualified(stateMachineArn));
    if (/[\s<>{}[\]?*"#%\\^|~`$&,;:/]/.test(name))
      throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
    if (Buffer.byteLength(input) > 262_144 || !isJson(input))
      throw new AwsError('InvalidExecutionInput', 'Invalid State Machine Execution Input');
    const arn = `${unqualified(stateMachineArn).replace(':stateMachine:', ':execution:')}:${name}`;
    const standing = this.executions.get(arn);
    if (standing !== undefined && (standing.status !== 'RUNNING' || standing.input !== input))
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    const execution =
      standing ??
      new Execution({
        arn,
        machine: stateMachineArn,
        name,
        input,
        script: machine.script,
        speed: this.speed,
      });
    this.executions.set(arn, execution);
    return { executionArn: arn, startDate: execution.startedAt };
  }

  private machineOf(arn: string): Machine {
    const found = this.machines.get(arn);
    if (found === undefined)
      throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return found;
  }

  private executionOf(arn: string): Execution {
    const found = this.executions.get(arn);
    if (found === undefined)
      throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return found;
  }
}

/** Without a version or an alias, which executions do not have in their ARNs. */
function unqualified(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}

function machineArn(name: string): string {
  return `arn:aws:states:${region}:${account}:stateMachine:${name}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
