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

describe('endpoint traffic shifts to the new fleet', () => {
  it.each([
    ['all at once', routed({ Type: 'ALL_AT_ONCE' }), 1],
    ['with a canary first', routed({ Type: 'CANARY', CanarySize: percent(10) }), 2],
    ['in percentage steps', routed({ Type: 'LINEAR', LinearStepSize: percent(30) }), 4],
    ['in instance steps', routed({ Type: 'LINEAR', LinearStepSize: count(1) }), 4],
    ['in rolling percentage batches', rolling(percent(50)), 2],
    ['in rolling instance batches', rolling(count(3)), 2],
  ])('%s', (_, policy, steps) => {
    expect(trafficSteps(DeploymentConfig.parse(policy), four)).toBe(steps);
  });

  it('all at once without a policy', () => {
    expect(trafficSteps(undefined, four)).toBe(1);
  });
});
