import { describe, expect, it } from 'vitest';
import { DeploymentConfig, trafficSteps } from '../../sandbox/aws/models/deployment-config.ts';

const four = [
  { name: 'AllTraffic', model: 'm', image: 'i', instanceType: 'ml.g5.12xlarge', instances: 4, weight: 1 },
];
const percent = (Value: number): object => ({ Type: 'CAPACITY_PERCENT', Value });
const count = (Value: number): object => ({ Type: 'INSTANCE_COUNT', Value });
const routed = (routing: object): object => ({
  BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { WaitIntervalInSeconds: 0, ...routing } },
});
const rolling = (MaximumBatchSize: object): object => ({
  RollingUpdatePolicy: { MaximumBatchSize, WaitIntervalInSeconds: 0 },
});

describe('the traffic of an endpoint goes over to the new fleet', () => {
  it.each([
    ['at once', routed({ Type: 'ALL_AT_ONCE' }), 1],
    ['by a canary first', routed({ Type: 'CANARY', CanarySize: percent(10) }), 2],
    ['in steps of a share', routed({ Type: 'LINEAR', LinearStepSize: percent(30) }), 4],
    ['in steps of instances', routed({ Type: 'LINEAR', LinearStepSize: count(1) }), 4],
    ['in rolling batches of a share', rolling(percent(50)), 2],
    ['in rolling batches of instances', rolling(count(3)), 2],
  ])('%s', (_, policy, steps) => {
    expect(trafficSteps(DeploymentConfig.parse(policy), four)).toBe(steps);
  });

  it('at once when there is no policy', () => {
    expect(trafficSteps(undefined, four)).toBe(1);
  });
});
