import type { Watch } from '../alarm.ts';
import type { Alarms } from '../alarms.ts';
import type { Endpoint } from './endpoint.ts';
import type { Health, Level } from './health.ts';

interface Rule extends Omit<Watch, 'name' | 'Dimensions'> {
  readonly suffix: string;
  readonly of: keyof Level;
}

/** Typical alarms on a production model. The reward is a custom metric; the others come from SageMaker. */
const rules: readonly Rule[] = [
  {
    suffix: 'reward',
    description: 'The model answers worse than it did when it was released',
    Namespace: 'SRL/Serving',
    MetricName: 'ModelPerformance',
    Statistic: 'Average',
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 0.6,
    of: 'performance',
  },
  {
    suffix: '5xx',
    description: 'The model container fails',
    Namespace: 'AWS/SageMaker',
    MetricName: 'Invocation5XXErrors',
    Statistic: 'Sum',
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 20,
    of: 'errors5xx',
  },
  {
    suffix: 'latency',
    description: 'The model answers too slowly',
    Namespace: 'AWS/SageMaker',
    MetricName: 'ModelLatency',
    Statistic: 'Average',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 2_000_000,
    of: 'latencyMicroseconds',
  },
];

/** Creates the alarms of an endpoint, or updates them with its current values. */
export function watchEndpoint(alarms: Alarms, health: Health, endpoint: Endpoint): void {
  const level = health.at(endpoint.name, Date.now());
  if (level === undefined) return;
  for (const { suffix, of, ...watch } of rules) {
    const name = `${endpoint.name}-${suffix}`;
    const Dimensions = [
      { Name: 'EndpointName', Value: endpoint.name },
      { Name: 'VariantName', Value: endpoint.variants[0]?.name ?? '' },
    ];
    if (alarms.unknown([name]).length > 0) alarms.add({ ...watch, name, Dimensions }, level[of]);
    else alarms.update(name, level[of]);
  }
}

/** The endpoint's alarms that are in ALARM. */
export function activeAlarms(alarms: Alarms, endpoint: Endpoint): readonly string[] {
  return rules
    .map(({ suffix }) => `${endpoint.name}-${suffix}`)
    .filter((name) => alarms.firstInAlarm([name]) !== undefined);
}
