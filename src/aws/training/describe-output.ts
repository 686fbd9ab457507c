import { z } from 'zod';
import type { TrainingJob } from '../../ports/ports.ts';

/** The SDK returns dates. The AWS CLI writes ISO 8601, or seconds with `cli_timestamp_format = none`. */
const Timestamp = z.union([
  z.date().transform((date) => date.getTime()),
  z.number().transform((seconds) => seconds * 1000),
  z.iso.datetime({ offset: true }).transform((iso) => Date.parse(iso)),
]);

/** Saved output is often trimmed with `--query`, so only the fields that a diagnosis needs are required. */
const SavedDescribe = z.object({
  TrainingJobName: z.string().min(1),
  TrainingJobStatus: z.string().min(1),
  SecondaryStatus: z.string().default(''),
  SecondaryStatusTransitions: z
    .array(z.object({ Status: z.string(), StartTime: Timestamp.optional(), EndTime: Timestamp.nullish() }))
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

/**
 * Every output in a file: one JSON value, an array, JSON lines, or consecutive indented objects as a loop of `aws
 * sagemaker describe-training-job >> file` writes them. An invalid output does not hide the valid ones.
 */
export function outputsIn(text: string): SavedOutput[] {
  const clean = text.replace(/^\uFEFF/, '');
  const whole = parseJson(clean);
  if (whole === undefined) return piecesOf(clean).flatMap(({ line, json }) => read(line, parseJson(json)));
  return read(clean.slice(0, clean.search(/\S/)).split('\n').length, whole);
}

function read(line: number, parsed: { readonly value: unknown } | undefined): SavedOutput[] {
  if (parsed === undefined) return [{ line, wrong: 'is not JSON' }];
  const values: readonly unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  return values.map((value) => {
    const job = parseDescribe(value);
    return 'wrong' in job
      ? { line, wrong: `is not DescribeTrainingJob output (${job.wrong})` }
      : { line, job };
  });
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return undefined;
  }
}

/** Splits text by line. A line that is only `{` starts a multi-line piece that ends at a line that is only `}`. */
function piecesOf(text: string): { line: number; json: string }[] {
  const pieces: { line: number; json: string; open: boolean }[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    const last = pieces.at(-1);
    if (last?.open === true) {
      last.json += `\n${row}`;
      last.open = row.trimEnd() !== '}';
    } else if (row.trim() !== '') pieces.push({ line: index + 1, json: row, open: row.trimEnd() === '{' });
  }
  return pieces;
}
