import type { Capacity, DeploymentConfig } from './deployment-config.ts';
import type { Running } from './endpoint.ts';

/** In how many steps the traffic goes over to the new fleet; without a policy, all at once. */
export function trafficSteps(how: DeploymentConfig | undefined, variants: readonly Running[]): number {
  const { BlueGreenUpdatePolicy: blue, RollingUpdatePolicy: rolling } = how ?? {};
  const instances = variants.reduce((sum, variant) => sum + variant.instances, 0);
  if (rolling !== undefined) return stepsOf(rolling.MaximumBatchSize, instances);
  const { Type: type = 'ALL_AT_ONCE', LinearStepSize: step } = blue?.TrafficRoutingConfiguration ?? {};
  if (type === 'LINEAR' && step !== undefined) return stepsOf(step, instances);
  return type === 'CANARY' ? 2 : 1;
}

function stepsOf({ Type: type, Value: value }: Capacity, instances: number): number {
  return Math.ceil((type === 'CAPACITY_PERCENT' ? 100 : instances) / value);
}

/** The waiting times of a policy, in seconds. */
export function waitsOf(how: DeploymentConfig | undefined): {
  readonly step: number;
  readonly termination: number;
  readonly timeout: number | undefined;
} {
  const { BlueGreenUpdatePolicy: blue, RollingUpdatePolicy: rolling } = how ?? {};
  return {
    step: (rolling ?? blue?.TrafficRoutingConfiguration)?.WaitIntervalInSeconds ?? 0,
    termination: blue?.TerminationWaitInSeconds ?? 0,
    timeout: (rolling ?? blue)?.MaximumExecutionTimeoutInSeconds,
  };
}
