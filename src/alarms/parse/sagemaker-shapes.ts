import { z } from 'zod';
import { eventFields, moment, placeOf, reason, resourceName, status } from './fields.ts';
import type { EndpointSignal, JobSignal, PackageSignal } from './signal.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html: times are epoch milliseconds. */

/** A new status may mean that a job is broken, so it becomes a dead letter that a person reads. */
const JobStatus = z.enum(['InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped', 'Deleting'], {
  error: ({ input }) => `is ${String(input)}, which is not a known job status`,
});

export const TrainingJobEvent = z
  .object({
    'detail-type': z.literal('SageMaker Training Job State Change'),
    time: moment,
    ...eventFields,
    detail: z.object({
      TrainingJobName: resourceName,
      TrainingJobArn: z.string().optional(),
      TrainingJobStatus: JobStatus,
      SecondaryStatus: status.default(''),
      FailureReason: reason,
      EnableManagedSpotTraining: z.boolean().default(false),
      SecondaryStatusTransitions: z.array(z.object({ Status: z.string() })).default([]),
      TrainingEndTime: moment.optional(),
      LastModifiedTime: moment.optional(),
    }),
  })
  .transform(
    ({ time, resources: [arn], detail, ...event }): JobSignal => ({
      type: 'training-job',
      job: detail.TrainingJobName,
      status: detail.TrainingJobStatus,
      secondaryStatus: detail.SecondaryStatus,
      failureReason: detail.FailureReason,
      spot: detail.EnableManagedSpotTraining,
      statuses: detail.SecondaryStatusTransitions.map(({ Status }) => Status),
      at: detail.TrainingEndTime ?? detail.LastModifiedTime ?? time,
      ...placeOf(detail.TrainingJobArn ?? arn, event),
    }),
  );

/** Events write `OUT_OF_SERVICE` where the API writes `OutOfService`. */
function inApiSpelling(status: string): string {
  return /^[A-Z_]+$/.test(status)
    ? status
        .split('_')
        .map((word) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`)
        .join('')
    : status;
}

export const EndpointEvent = z
  .object({
    'detail-type': z.enum(['SageMaker Endpoint State Change', 'SageMaker Endpoint Deployment State Change']),
    time: moment,
    ...eventFields,
    detail: z.object({
      EndpointName: resourceName,
      EndpointArn: z.string().optional(),
      EndpointStatus: status.min(1),
      FailureReason: reason,
      LastModifiedTime: moment.optional(),
    }),
  })
  .transform(
    ({ time, resources: [arn], detail, ...event }): EndpointSignal => ({
      type: 'endpoint',
      endpoint: detail.EndpointName,
      status: inApiSpelling(detail.EndpointStatus),
      failureReason: detail.FailureReason,
      at: detail.LastModifiedTime ?? time,
      ...placeOf(detail.EndpointArn ?? arn, event),
    }),
  );

export const ModelPackageEvent = z
  .object({
    'detail-type': z.literal('SageMaker Model Package State Change'),
    time: moment,
    ...eventFields,
    detail: z.object({
      ModelPackageArn: z.string().min(1),
      ModelPackageStatus: status.default(''),
      ModelApprovalStatus: status.default(''),
      LastModifiedTime: moment.optional(),
    }),
  })
  .transform(
    ({ time, detail, ...event }): PackageSignal => ({
      type: 'model-package',
      arn: detail.ModelPackageArn,
      status: detail.ModelPackageStatus,
      approval: detail.ModelApprovalStatus,
      at: detail.LastModifiedTime ?? time,
      ...placeOf(detail.ModelPackageArn, event),
    }),
  );
