import { z } from 'zod';
import type { TrainingJob } from '../../ports/ports.ts';
import { valuesIn } from './saved-values.ts';

/**
 * The SDK returns dates, the AWS CLI writes ISO 8601 or seconds, and `json.dumps(…, default=str)` writes
 * `2025-11-04 10:00:00.700000`. Times only order the states here, so one in another form is left out.
 */
const Timestamp = z.unknown().transform(timeOf);

function timeOf(written: unknown): number | undefined {
  if (written instanceof Date) return written.getTime();
  if (typeof written === 'string' && !/^\d{1,12}(?:\.\d{1,9})?$/.test(written)) return timeInText(written);
  const seconds = typeof written === 'string' ? Number(written) : written;
  // Milliseconds since 1970 are seconds in a far future.
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return undefined;
  return seconds > 1e11 ? seconds : seconds * 1000;
}

/** A time without a zone is UTC, as in the containers of SageMaker. */
function timeInText(text: string): number | undefined {
  const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d{1,9})? ?(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(
    text.trim(),
  );
  const [, day = '', clock = '', fraction = '', zone = 'Z'] = iso ?? [];
  const at =
    iso === null
      ? Date.parse(text)
      : Date.parse(`${day}T${clock}${fraction.slice(0, 4)}${zone === 'UTC' ? 'Z' : zone}`);
  return Number.isNaN(at) ? undefined : at;
}

/** Saved output is often trimmed with `--query`, so only the fields that a diagnosis needs are required. */
const SavedDescribe = z.object({
  TrainingJobName: z.string().min(1),
  TrainingJobStatus: z.string().min(1),
  SecondaryStatus: z.string().default(''),
  SecondaryStatusTransitions: z
    .array(z.object({ Status: z.string(), StartTime: Timestamp.optional(), EndTime: Timestamp.optional() }))
    .nullish(),
  FailureReason: z.string().nullish(),
  EnableManagedSpotTraining: z.boolean().nullish(),
  CheckpointConfig: z.object({ S3Uri: z.templateLiteral(['s3://', z.string()]) }).nullish(),
  ModelArtifacts: z.object({ S3ModelArtifacts: z.string().nullish() }).nullish(),
});
type SavedDescribe = z.infer<typeof SavedDescribe>;

export interface DescribedJob
  extends Pick<
    TrainingJob,
    'name' | 'status' | 'secondaryStatus' | 'transitions' | 'failureReason' | 'spot' | 'checkpointUri'
  > {
  readonly storedModel: boolean;
}

/** Reads DescribeTrainingJob output from the SDK or a file; returns a description of the problem if it is invalid. */
export function parseDescribe(raw: unknown): DescribedJob | { readonly wrong: string } {
  const parsed = SavedDescribe.safeParse(raw);
  if (parsed.success) return toDescribedJob(parsed.data);
  const [issue] = parsed.error.issues;
  return { wrong: `${issue?.path.join('.') || 'the output'}: ${issue?.message ?? ''}` };
}

function toDescribedJob(job: SavedDescribe): DescribedJob {
  const { FailureReason: reason, CheckpointConfig: checkpoints } = job;
  return {
    name: job.TrainingJobName,
    status: job.TrainingJobStatus,
    secondaryStatus: job.SecondaryStatus || job.TrainingJobStatus,
    transitions: (job.SecondaryStatusTransitions ?? []).map(({ Status, StartTime = 0, EndTime }) => ({
      status: Status,
      startedAt: StartTime,
      ...(typeof EndTime === 'number' && { endedAt: EndTime }),
    })),
    ...(typeof reason === 'string' && { failureReason: reason }),
    spot: job.EnableManagedSpotTraining ?? false,
    ...(checkpoints && { checkpointUri: checkpoints.S3Uri }),
    storedModel: Boolean(job.ModelArtifacts?.S3ModelArtifacts),
  };
}

/** One DescribeTrainingJob output in a file; `line` is where it begins. */
export type SavedOutput =
  | { readonly line: number; readonly job: DescribedJob }
  | { readonly line: number; readonly wrong: string };

/** Every output in a file, in any form that the AWS CLI and boto3 print. */
export function outputsIn(text: string): SavedOutput[] {
  return valuesIn(text).flatMap((one) =>
    'wrong' in one ? [one] : jobsIn(one.value).map((value) => read(one.line, value)),
  );
}

function read(line: number, value: unknown): SavedOutput {
  // A damaged file can have millions of values, and a failure of the schema is expensive.
  if (!namesJob(value))
    return { line, wrong: 'is not DescribeTrainingJob output (it has no TrainingJobName)' };
  const job = parseDescribe(value);
  return 'wrong' in job ? { line, wrong: `is not DescribeTrainingJob output (${job.wrong})` } : { line, job };
}

/** Answers of `search` and collections of answers by name contain the jobs a level or two down. */
function jobsIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(jobsIn);
  if (!isObject(value) || 'TrainingJobName' in value) return [value];
  if (Array.isArray(value['Results'])) return jobsIn(value['Results']);
  const inner = Object.values(value).filter(namesJob);
  return inner.length > 0 ? inner : [value];
}

function namesJob(value: unknown): boolean {
  return isObject(value) && 'TrainingJobName' in value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
