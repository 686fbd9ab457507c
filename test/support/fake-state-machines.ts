import { OpsError } from '../../src/errors.ts';
import type { Token } from '../../src/ports/ports.ts';
import { executionArnOf } from '../../src/ports/state-machines/execution-names.ts';
import type {
  Execution,
  ExecutionRequest,
  StateMachine,
  StateMachineChanges,
  StopRequest,
} from '../../src/ports/state-machines/state-machines.ts';

export const aMachine = 'arn:aws:states:eu-west-1:123456789012:stateMachine:restore-training';

/** In-memory state machines for actions; records starts and stops. */
export class FakeStateMachines implements StateMachineChanges {
  allowed: readonly string[] = [aMachine];
  described: StateMachine | undefined = { type: 'STANDARD', status: 'ACTIVE' };
  /** Executions by ARN. */
  readonly executions = new Map<string, Execution>();
  readonly starts: ExecutionRequest[] = [];
  readonly stops: StopRequest[] = [];

  async machine(): Promise<StateMachine | undefined> {
    return this.described;
  }

  async find(arn: string): Promise<Execution | undefined> {
    return this.executions.get(arn);
  }

  /** Ends the execution that was started last. */
  end(changes: Partial<Execution>): void {
    const [arn, last] = [...this.executions].at(-1) ?? [];
    if (arn === undefined || last === undefined) throw new OpsError('unexpected', 'nothing was started');
    this.executions.set(arn, { ...last, ...changes });
  }

  async start(request: ExecutionRequest, token: Token): Promise<Execution> {
    token.requireApproved(request);
    const { stateMachineArn, name, input } = request;
    const arn = executionArnOf(stateMachineArn, name);
    const standing = this.executions.get(arn);
    if (standing !== undefined) return standing;
    await token.confirm();
    this.starts.push(request);
    const started = { arn, input, status: 'RUNNING', startedAt: 1_000 };
    this.executions.set(arn, started);
    return started;
  }

  async stop(request: StopRequest, token: Token): Promise<void> {
    token.requireApproved(request);
    await token.confirm();
    this.stops.push(request);
    const found = this.executions.get(request.executionArn);
    if (found !== undefined) this.executions.set(found.arn, { ...found, status: 'ABORTED', endedAt: 2_000 });
  }
}
