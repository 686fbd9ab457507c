import { z } from 'zod';
import { AwsError } from '../responses.ts';
import type { AllMetrics } from './all-metrics.ts';

const pageSize = 500;

const Input = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z
    .array(z.object({ Name: z.string(), Value: z.string().optional() }))
    .max(10)
    .default([]),
  NextToken: z.string().optional(),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export function listMetrics(input: unknown, metrics: AllMetrics): unknown {
  const parsed = Input.safeParse(input);
  if (!parsed.success) throw new AwsError('ValidationError', z.prettifyError(parsed.error));
  const { Namespace, MetricName, Dimensions, NextToken } = parsed.data;
  const found = metrics
    .list()
    .filter(
      ({ namespace, name, dimensions }) =>
        (Namespace ?? namespace) === namespace &&
        (MetricName ?? name) === name &&
        Dimensions.every(
          ({ Name, Value }) =>
            dimensions[Name] !== undefined && (Value ?? dimensions[Name]) === dimensions[Name],
        ),
    );
  const start = Number(NextToken ?? 0);
  return {
    Metrics: found.slice(start, start + pageSize).map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    ...(start + pageSize < found.length ? { NextToken: String(start + pageSize) } : {}),
  };
}
