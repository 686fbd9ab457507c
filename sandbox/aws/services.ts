import { z } from 'zod';
import { type Alarms, DescribeAlarmsInput, PutMetricAlarmInput, SetAlarmStateInput } from './alarms.ts';
import type { Images } from './images.ts';
import type { Job } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { Logbook } from './logbook.ts';
import type { AllMetrics } from './metrics/all-metrics.ts';
import { metricOperations } from './metrics/operations.ts';
import type { Serving } from './models/serving.ts';
import { changes, type Operations, reads, type Service } from './operation.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { StateMachines } from './state-machines/state-machines.ts';

const Named = z.object({ TrainingJobName: z.string() });
const Arn = z.object({ ResourceArn: z.string() });
const Tags = Arn.extend({ Tags: z.array(z.object({ Key: z.string(), Value: z.string() })) });
const Listing = z.object({
  StatusEquals: z.string().optional(),
  NameContains: z.string().optional(),
  LastModifiedTimeAfter: z.number().default(0),
  MaxResults: z.number().default(10),
  NextToken: z.string().optional(),
  SortBy: z.enum(['Name', 'CreationTime', 'Status']).default('CreationTime'),
  SortOrder: z.enum(['Ascending', 'Descending']).default('Ascending'),
});

interface ServiceDeps {
  readonly jobs: Jobs;
  readonly logbook: Logbook;
  readonly alarms: Alarms;
  readonly serving: Serving;
  readonly metrics: AllMetrics;
  readonly machines: StateMachines;
  readonly images: Images;
  readonly signingKeys: SigningKeys;
}

/** The simulated JSON services by X-Amz-Target prefix. */
export function createServices(deps: ServiceDeps): Readonly<Record<string, Service>> {
  return {
    SageMaker: sagemaker(deps),
    GraniteServiceVersion20100801: cloudwatch(deps),
    Logs_20140328: logs(deps),
    AWSStepFunctions: { name: 'states', version: '1.0', operations: deps.machines.operations() },
    TrentService: { name: 'kms', version: '1.1', operations: deps.signingKeys.operations() },
    AmazonEC2ContainerRegistry_V20150921: {
      name: 'ecr',
      version: '1.1',
      operations: deps.images.operations(),
    },
  };
}

function sagemaker({ jobs, serving }: ServiceDeps): Service {
  return {
    name: 'sagemaker',
    version: '1.1',
    operations: { ...training(jobs), ...serving.operations(), ...tagging(jobs, serving) },
  };
}

function training(jobs: Jobs): Operations {
  return {
    CreateTrainingJob: changes((input) => jobs.create(input)),
    DescribeTrainingJob: reads((input) => jobs.find(Named.parse(input).TrainingJobName).describe()),
    StopTrainingJob: changes((input) => {
      jobs.stop(Named.parse(input).TrainingJobName);
      return {};
    }),
    ListTrainingJobs: reads((input) => list(jobs.list(), Listing.parse(input))),
  };
}

function tagging(jobs: Jobs, { tags }: Serving): Operations {
  return {
    ListTags: reads((input) => {
      const { ResourceArn: arn } = Arn.parse(input);
      return { Tags: tags.of(arn) ?? jobs.byArn(arn).tags };
    }),
    AddTags: changes((input) => {
      const { ResourceArn: arn, Tags: added } = Tags.parse(input);
      if (tags.of(arn) !== undefined) return { Tags: tags.add(arn, added) };
      const job = jobs.byArn(arn);
      job.tags = [...job.tags.filter(({ Key }) => !added.some((tag) => tag.Key === Key)), ...added];
      return { Tags: job.tags };
    }),
  };
}

/** By default the oldest comes first: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html */
function list(jobs: readonly Job[], input: z.infer<typeof Listing>): unknown {
  const { StatusEquals, NameContains, LastModifiedTimeAfter, MaxResults, NextToken, SortBy, SortOrder } =
    input;
  const key = (job: Job): string | number =>
    ({ Name: job.name, Status: job.status, CreationTime: job.createdAt })[SortBy];
  const found = jobs
    .filter(
      (job) =>
        (StatusEquals === undefined || job.status === StatusEquals) &&
        job.modifiedAt > LastModifiedTimeAfter &&
        job.name.includes(NameContains ?? ''),
    )
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1) * (SortOrder === 'Ascending' ? 1 : -1));
  const start = Number(NextToken ?? 0);
  const page = found.slice(start, start + MaxResults);
  const TrainingJobSummaries = page.map((job) => ({
    TrainingJobName: job.name,
    TrainingJobArn: job.arn,
    CreationTime: job.createdAt,
    LastModifiedTime: job.modifiedAt,
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondary,
    ...(job.endedAt === undefined ? {} : { TrainingEndTime: job.endedAt }),
  }));
  return {
    TrainingJobSummaries,
    ...(start + MaxResults < found.length ? { NextToken: String(start + MaxResults) } : {}),
  };
}

function cloudwatch({ alarms, metrics }: ServiceDeps): Service {
  return {
    name: 'cloudwatch',
    version: '1.0',
    operations: {
      DescribeAlarms: reads((input) => alarms.describe(DescribeAlarmsInput.parse(input))),
      PutMetricAlarm: changes((input) => {
        alarms.put(PutMetricAlarmInput.parse(input));
        return {};
      }),
      SetAlarmState: changes((input) => {
        alarms.set(SetAlarmStateInput.parse(input));
        return {};
      }),
      ...metricOperations(metrics),
    },
  };
}

function logs({ logbook }: ServiceDeps): Service {
  const Streams = z.object({
    logGroupName: z.string().optional(),
    logStreamNamePrefix: z.string().optional(),
    limit: z.number().optional(),
  });
  const Events = z.object({
    logStreamName: z.string().optional(),
    limit: z.number().optional(),
    nextToken: z.string().optional(),
  });
  return {
    name: 'logs',
    version: '1.1',
    operations: {
      DescribeLogStreams: reads((input) =>
        logbook.describeLogStreams(withoutUndefined(Streams.parse(input))),
      ),
      GetLogEvents: reads((input) => logbook.getLogEvents(withoutUndefined(Events.parse(input)))),
    },
  };
}

/** Under exactOptionalPropertyTypes, a missing field and an undefined field are different. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
