import { setTimeout as pause } from 'node:timers/promises';
import type { DeploymentConfig } from './deployment-config.ts';
import type { Endpoint, Pending } from './endpoint.ts';
import { trafficSteps, waitsOf } from './traffic-steps.ts';

/** What the next update of an endpoint comes to; `succeeds` unless the control API says otherwise. */
export type Outcome = 'succeeds' | 'rolls-back' | 'fails' | 'rollback-fails' | 'slow';

/** How long things take in life, in seconds; the sandbox runs them `speed` times faster. */
const life = { creating: 240, activating: 30, deleting: 60, rollingBack: 120, slow: 3_600 } as const;

export interface DeploymentParts {
  readonly endpoint: Endpoint;
  readonly pending: Pending;
  readonly how: DeploymentConfig | undefined;
  readonly outcome: Outcome;
  readonly speed: number;
  readonly signal: AbortSignal;
  /** The first of the alarms that is in ALARM. */
  readonly tripped: (alarms: readonly string[]) => string | undefined;
  /** Where model data should be and is not. */
  readonly missingData: () => Promise<string | undefined>;
  /** Called when other variants answer the traffic than before. */
  readonly served: () => void;
}

/** Why the old fleet has to take over again. */
class GoBack extends Error {}

/** One update of an endpoint, from the new fleet's creation to the old one's end. */
export class Deployment {
  private readonly parts: DeploymentParts;
  private readonly old: Pick<Endpoint, 'variants' | 'config'>;
  private waited = 0;

  constructor(parts: DeploymentParts) {
    this.parts = parts;
    this.old = { variants: parts.endpoint.variants, config: parts.endpoint.config };
  }

  async run(): Promise<void> {
    const { endpoint, pending, outcome } = this.parts;
    try {
      await this.createFleet();
      if (outcome === 'fails') return this.end('Failed', notHealthy(pending));
      await this.shiftTraffic();
      if (outcome === 'rolls-back' || outcome === 'rollback-fails') throw new GoBack(notHealthy(pending));
      await this.during('Deleting', life.deleting);
      endpoint.config = pending.config;
      this.end('InService', undefined);
    } catch (error) {
      if (!(error instanceof GoBack)) throw error;
      await this.rollBack(error.message);
    }
  }

  private async createFleet(): Promise<void> {
    await this.during('Creating', this.parts.outcome === 'slow' ? life.slow : life.creating);
    const missing = await this.parts.missingData();
    if (missing !== undefined)
      throw new GoBack(
        `Failed to download model data for container "container_1" from URL: "${missing}". Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the object.`,
      );
  }

  private async shiftTraffic(): Promise<void> {
    const { endpoint, pending, how, served } = this.parts;
    const { step, termination } = waitsOf(how);
    for (let nth = 0; nth < trafficSteps(how, pending.variants); nth += 1) {
      await this.during('ActivatingTraffic', life.activating);
      if (nth === 0) {
        endpoint.variants = pending.variants;
        served();
      }
      await this.during('Baking', step);
    }
    await this.during('Baking', termination);
  }

  /** Any of the alarms, also one that the old fleet has raised, ends the deployment: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html */
  private async during(Status: string, lifeSeconds: number): Promise<void> {
    this.parts.pending.stage = { Status, StartTime: Date.now() / 1000 };
    const slices = 10;
    for (let slice = 0; slice < slices; slice += 1) {
      this.mustGoOn();
      await this.wait(lifeSeconds / slices);
    }
  }

  private mustGoOn(): void {
    const { how, tripped } = this.parts;
    const alarm = tripped((how?.AutoRollbackConfiguration?.Alarms ?? []).map(({ AlarmName }) => AlarmName));
    if (alarm !== undefined)
      throw new GoBack(`The deployment was rolled back: the alarm ${alarm} is in ALARM state.`);
    const timeout = waitsOf(how).timeout;
    if (timeout !== undefined && this.waited > timeout)
      throw new GoBack(
        `The deployment was rolled back: it did not end within MaximumExecutionTimeoutInSeconds (${timeout}).`,
      );
  }

  private async rollBack(reason: string): Promise<void> {
    const { endpoint, outcome, served } = this.parts;
    endpoint.enter('RollingBack');
    await this.wait(life.rollingBack);
    if (outcome === 'rollback-fails') return this.end('UpdateRollbackFailed', reason);
    const answered = endpoint.variants;
    endpoint.variants = this.old.variants;
    if (answered !== endpoint.variants) served();
    this.end('InService', reason);
  }

  private end(status: Endpoint['status'], reason: string | undefined): void {
    const { endpoint } = this.parts;
    endpoint.failureReason = reason;
    endpoint.pending = undefined;
    endpoint.enter(status);
  }

  private async wait(lifeSeconds: number): Promise<void> {
    this.waited += lifeSeconds;
    await pause((lifeSeconds * 1000) / this.parts.speed, undefined, { signal: this.parts.signal });
  }
}

function notHealthy({ variants }: Pending): string {
  return `The primary container for production variant ${variants[0]?.name ?? ''} did not pass the ping health check. Please check CloudWatch logs for this endpoint.`;
}
