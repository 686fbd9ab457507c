import type { Jobs } from '../jobs.ts';
import type { Logbook } from '../logbook.ts';
import type { Serving } from '../models/serving.ts';
import { endpointMetrics } from './endpoint-metrics.ts';
import { hostMetrics } from './host-metrics.ts';
import type { Metric } from './metric.ts';
import { interruptedMetric, scriptMetrics } from './script-metrics.ts';

/** All metrics of the account, computed from the current state of jobs and endpoints. */
export class AllMetrics {
  private readonly jobs: Jobs;
  private readonly logbook: Logbook;
  private readonly serving: Serving;

  constructor(jobs: Jobs, logbook: Logbook, serving: Serving) {
    this.jobs = jobs;
    this.logbook = logbook;
    this.serving = serving;
  }

  list(): readonly Metric[] {
    const { endpoints, health } = this.serving;
    return [
      ...this.jobs
        .list()
        .flatMap((job) => [...hostMetrics(job), ...scriptMetrics(job, this.logbook), interruptedMetric(job)]),
      ...endpoints.all().flatMap((endpoint) => endpointMetrics(endpoint, health)),
    ];
  }

  /** Dimensions must match exactly: in CloudWatch, a subset of them is a different metric. */
  find(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): Metric | undefined {
    return this.list().find(
      (metric) =>
        metric.namespace === namespace && metric.name === name && sameEntries(metric.dimensions, dimensions),
    );
  }
}

function sameEntries(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
