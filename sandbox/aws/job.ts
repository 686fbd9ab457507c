import { z } from 'zod';
import { sagemakerArn } from './arn.ts';
import type { JobRequest } from './job-request.ts';

const Definitions = z.object({
  MetricDefinitions: z.array(z.object({ Name: z.string(), Regex: z.string() })).default([]),
});

/** How long each stage takes on AWS, in seconds. The sandbox runs `speed` times faster. */
export const stageSeconds = {
  starting: 150,
  downloading: 45,
  step: 6,
  uploading: 60,
  interrupted: 60,
  stopping: 20,
} as const;

export interface Transition {
  readonly Status: string;
  readonly StartTime: number;
  EndTime?: number;
  readonly StatusMessage: string;
}

/** A simulated training job: its request and its progress. Times are epoch seconds, as in the API. */
export class Job {
  readonly request: Omit<JobRequest, 'Tags'>;
  readonly arn: string;
  createdAt = seconds();
  tags: { Key: string; Value: string }[];
  status = 'InProgress';
  secondary = 'Starting';
  failureReason: string | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  modifiedAt = seconds();
  step = 0;
  readonly transitions: Transition[] = [];
  /** The last printed value of each metric, with its time. */
  private readonly finalMetrics = new Map<string, { readonly Value: number; readonly Timestamp: number }>();

  constructor(request: JobRequest) {
    const { Tags, ...rest } = request;
    this.request = rest;
    this.tags = [...(Tags ?? [])];
    this.arn = sagemakerArn('training-job', request.TrainingJobName);
  }

  get name(): string {
    return this.request.TrainingJobName;
  }

  get modelUri(): string {
    return `${this.request.OutputDataConfig.S3OutputPath.replace(/\/$/, '')}/${this.name}/output/model.tar.gz`;
  }

  get ended(): boolean {
    return ['Completed', 'Failed', 'Stopped'].includes(this.status);
  }

  enter(secondary: string, message: string, status = this.status, now = seconds()): void {
    const last = this.transitions.at(-1);
    if (last !== undefined) last.EndTime = now;
    this.transitions.push({ Status: secondary, StartTime: now, StatusMessage: message });
    this.secondary = secondary;
    this.status = status;
    this.modifiedAt = now;
    if (secondary === 'Training') this.startedAt ??= now;
    if (this.ended) this.endedAt = now;
  }

  /** Extracts metric values from a log line: https://docs.aws.amazon.com/sagemaker/latest/dg/define-train-metrics.html */
  measure(line: string, at: number): void {
    for (const { Name, Regex } of Definitions.parse(this.request.AlgorithmSpecification).MetricDefinitions) {
      const value = Number(new RegExp(Regex).exec(line)?.[1]);
      if (Number.isFinite(value)) this.finalMetrics.set(Name, { Value: value, Timestamp: at / 1000 });
    }
  }

  describe(): Record<string, unknown> {
    const time =
      this.startedAt === undefined ? undefined : Math.round((this.endedAt ?? seconds()) - this.startedAt);
    return {
      ...this.request,
      TrainingJobArn: this.arn,
      TrainingJobStatus: this.status,
      SecondaryStatus: this.secondary,
      SecondaryStatusTransitions: this.transitions,
      CreationTime: this.createdAt,
      LastModifiedTime: this.modifiedAt,
      ...(this.startedAt === undefined
        ? {}
        : { TrainingStartTime: this.startedAt, TrainingTimeInSeconds: time, BillableTimeInSeconds: time }),
      ...(this.endedAt === undefined ? {} : { TrainingEndTime: this.endedAt }),
      ...(this.failureReason === undefined ? {} : { FailureReason: this.failureReason.slice(0, 1024) }),
      FinalMetricDataList: [...this.finalMetrics].map(([MetricName, value]) => ({ MetricName, ...value })),
      ...(this.status === 'Completed' ? { ModelArtifacts: { S3ModelArtifacts: this.modelUri } } : {}),
    };
  }
}

function seconds(): number {
  return Date.now() / 1000;
}
