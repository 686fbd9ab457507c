import { setTimeout as pause } from 'node:timers/promises';
import { type DeploymentConfig, trafficSteps, waitsOf } from './deployment-config.ts';
import type { Endpoint, Pending } from './endpoint.ts';

/** The scripted result of the next endpoint update; `succeeds` unless the control API sets another. */
export type UpdateOutcome = 'succeeds' | 'rolls-back' | 'fails' | 'rollback-fails' | 'slow';

/** How long each stage takes on AWS, in seconds. The sandbox runs `speed` times faster. */
const stageSeconds = { creating: 240, activating: 30, deleting: 60, rollingBack: 120, slow: 3_600 } as const;

export interface DeploymentDeps {
  readonly endpoint: Endpoint;
  readonly pending: Pending;
  readonly how: DeploymentConfig | undefined;
  readonly outcome: UpdateOutcome;
  readonly speed: number;
  readonly signal: AbortSignal;
  /** The first of these alarms that is in ALARM. */
  readonly firstInAlarm: (alarms: readonly string[]) => string | undefined;
  /** The URI of missing model data, if any. */
  readonly missingData: () => Promise<string | undefined>;
  /** Called when different variants start to serve the traffic. */
  readonly served: () => void;
}

/** The reason for a rollback to the old fleet. */
class RollbackNeeded extends Error {}

/** Simulates one endpoint update, from creating the new fleet to deleting the old one. */
export class Deployment {
  private readonly deps: DeploymentDeps;
  private readonly old: Pick<Endpoint, 'variants' | 'config'>;
  private waited = 0;

  constructor(deps: DeploymentDeps) {
    this.deps = deps;
    this.old = { variants: deps.endpoint.variants, config: deps.endpoint.config };
  }

  async run(): Promise<void> {
    const { endpoint, pending, outcome } = this.deps;
    try {
      await this.createFleet();
      if (outcome === 'fails') return this.end('Failed', notHealthy(pending));
      await this.shiftTraffic();
      if (outcome === 'rolls-back' || outcome === 'rollback-fails')
        throw new RollbackNeeded(notHealthy(pending));
      await this.runStage('Deleting', stageSeconds.deleting);
      endpoint.config = pending.config;
      this.end('InService', undefined);
    } catch (error) {
      if (!(error instanceof RollbackNeeded)) throw error;
      await this.rollBack(error.message);
    }
  }

  private async createFleet(): Promise<void> {
    await this.runStage('Creating', this.deps.outcome === 'slow' ? stageSeconds.slow : stageSeconds.creating);
    const missing = await this.deps.missingData();
    if (missing !== undefined)
      throw new RollbackNeeded(
        `Failed to download model data for container "container_1" from URL: "${missing}". Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the object.`,
      );
  }

  private async shiftTraffic(): Promise<void> {
    const { endpoint, pending, how, served } = this.deps;
    const { step, termination } = waitsOf(how);
    for (let nth = 0; nth < trafficSteps(how, pending.variants); nth += 1) {
      await this.runStage('ActivatingTraffic', stageSeconds.activating);
      if (nth === 0) {
        endpoint.variants = pending.variants;
        served();
      }
      await this.runStage('Baking', step);
    }
    await this.runStage('Baking', termination);
  }

  /** Any of the alarms rolls the deployment back, even one caused by the old fleet: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html */
  private async runStage(Status: string, realSeconds: number): Promise<void> {
    this.deps.pending.stage = { Status, StartTime: Date.now() / 1000 };
    const slices = 10;
    for (let slice = 0; slice < slices; slice += 1) {
      this.checkGuards();
      await this.wait(realSeconds / slices);
    }
  }

  private checkGuards(): void {
    const { how, firstInAlarm } = this.deps;
    const alarm = firstInAlarm(
      (how?.AutoRollbackConfiguration?.Alarms ?? []).map(({ AlarmName }) => AlarmName),
    );
    if (alarm !== undefined)
      throw new RollbackNeeded(`The deployment was rolled back: the alarm ${alarm} is in ALARM state.`);
    const timeout = waitsOf(how).timeout;
    if (timeout !== undefined && this.waited > timeout)
      throw new RollbackNeeded(
        `The deployment was rolled back: it did not end within MaximumExecutionTimeoutInSeconds (${timeout}).`,
      );
  }

  private async rollBack(reason: string): Promise<void> {
    const { endpoint, outcome, served } = this.deps;
    endpoint.enter('RollingBack');
    await this.wait(stageSeconds.rollingBack);
    if (outcome === 'rollback-fails') return this.end('UpdateRollbackFailed', reason);
    const before = endpoint.variants;
    endpoint.variants = this.old.variants;
    if (before !== endpoint.variants) served();
    this.end('InService', reason);
  }

  private end(status: Endpoint['status'], reason: string | undefined): void {
    const { endpoint } = this.deps;
    endpoint.failureReason = reason;
    endpoint.pending = undefined;
    endpoint.enter(status);
  }

  private async wait(realSeconds: number): Promise<void> {
    this.waited += realSeconds;
    await pause((realSeconds * 1000) / this.deps.speed, undefined, { signal: this.deps.signal });
  }
}

function notHealthy({ variants }: Pending): string {
  return `The primary container for production variant ${variants[0]?.name ?? ''} did not pass the ping health check. Please check CloudWatch logs for this endpoint.`;
}
