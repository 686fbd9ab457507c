import {
  type DeploymentConfig,
  DescribeEndpointCommand,
  type DescribeEndpointOutput,
  UpdateEndpointCommand,
  type UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker';
import type { RegionUnderTest } from '../aws/a-region.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';

/** The seeded endpoint, its live configuration (v4) and the previous one (v3). */
export const endpoint = 'srl-rlvr-gold-prod';
export const v4 = `${endpoint}-v4`;
export const v3 = `${endpoint}-v3`;
export const packageArn = 'arn:aws:sagemaker:us-east-1:123456789012:model-package/srl-rlvr-gold';
export const role = 'arn:aws:iam::123456789012:role/SageMakerInferenceRole';

/** Operations on that endpoint through the real AWS SDK. */
export interface EndpointUnderTest {
  readonly describe: () => Promise<DescribeEndpointOutput>;
  /** Updates to v3 by default. */
  readonly update: (input?: Partial<UpdateEndpointCommandInput>) => Promise<unknown>;
  /** Waits until no update is running; returns every status on the way. */
  readonly waitForUpdate: () => Promise<{ statuses: unknown[]; last: DescribeEndpointOutput }>;
  /** Sets the result of the next update. */
  readonly script: (next: string) => Promise<void>;
}

export function endpointOf(region: RegionUnderTest): EndpointUnderTest {
  const { reads } = region.clients.sagemaker;
  const describe = async (): Promise<DescribeEndpointOutput> =>
    reads.send(new DescribeEndpointCommand({ EndpointName: endpoint }));
  return {
    describe,
    update: async (input = {}) =>
      reads.send(new UpdateEndpointCommand({ EndpointName: endpoint, EndpointConfigName: v3, ...input })),
    waitForUpdate: async () => {
      const statuses: unknown[] = [];
      return until(async () => {
        const last = await describe();
        if (statuses.at(-1) !== last.EndpointStatus) statuses.push(last.EndpointStatus);
        return last.PendingDeploymentSummary === undefined && { statuses, last };
      }, 'the end of the update');
    },
    script: async (next) => {
      await postJson(`${region.region.url}/_sandbox/endpoint`, { endpoint, next });
    },
  };
}

/** A blue/green, all-at-once deployment, optionally guarded by an alarm. */
export function allAtOnce(alarm?: string): DeploymentConfig {
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 120 },
      TerminationWaitInSeconds: 60,
      MaximumExecutionTimeoutInSeconds: 1_800,
    },
    ...(alarm === undefined ? {} : { AutoRollbackConfiguration: { Alarms: [{ AlarmName: alarm }] } }),
  };
}
