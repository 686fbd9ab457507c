import { type Command, InvalidArgumentError } from 'commander';
import type { Clients } from '../aws/clients.ts';
import { createCheckpoints } from '../aws/s3/checkpoints.ts';
import { createTraining } from '../aws/training/training.ts';
import {
  forScripts,
  type GradedWithCost,
  gradedInWords,
  gradeSelected,
} from '../checkpoints/grading/grade-each.ts';
import {
  type CheckpointSelection,
  checkpointsAt,
  checkpointsOfJob,
} from '../checkpoints/select-checkpoints.ts';
import { createLog } from '../log.ts';
import { S3Uri } from '../playbooks/define.ts';
import type { Checkpoints } from '../ports/ports.ts';
import { gradedBy } from '../readers/readers.ts';
import { misused, printProgress, printResult } from './shared/print.ts';
import { withClients } from './shared/with-aws.ts';
import { withReaders } from './shared/with-readers.ts';

interface Options {
  readonly s3Uri?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export function addCheckpointsCommand(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('checkpoints [job]')
    .description(
      'list and grade the checkpoints of a training job or folder, newest first; exit 1 if training cannot resume from any',
    )
    .option(
      '--s3-uri <uri>',
      'a folder with checkpoints or a single checkpoint, instead of a job: s3://bucket/prefix/',
    )
    .option('--limit <n>', 'how many checkpoints to grade', wholeNumber, 10)
    .option('--json', 'print JSON')
    .action(async (job: string | undefined, options: Options) => {
      const misuse = misuseOf(job, options);
      if (misuse !== undefined) misused(command, misuse);
      const graded = await grade(job, options);
      printResult(options.json, graded.map(forScripts), graded.flatMap(gradedInWords));
      if (!graded.some((one) => one.grade === 'valid' || one.grade === 'degraded')) finish(1);
    });
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
}

function misuseOf(job: string | undefined, { s3Uri }: Options): string | undefined {
  if ((job === undefined) === (s3Uri === undefined))
    return 'specify either a training job or a folder: relight checkpoints <job>, or relight checkpoints --s3-uri s3://bucket/prefix/';
  return s3Uri === undefined || S3Uri.safeParse(s3Uri).success
    ? undefined
    : `${s3Uri} does not look like s3://bucket/prefix/`;
}

async function grade(job: string | undefined, options: Options): Promise<GradedWithCost[]> {
  return withClients(async (clients) =>
    withReaders(async (readers) => {
      const checkpoints = gradedBy(readers, createCheckpoints(clients.s3, createLog('warn')));
      const asked = await findAsked(job, options, clients, checkpoints);
      return gradeAll(asked, options.limit, checkpoints);
    }),
  );
}

async function findAsked(
  job: string | undefined,
  { s3Uri }: Options,
  clients: Clients,
  checkpoints: Checkpoints,
): Promise<CheckpointSelection> {
  if (job === undefined) return checkpointsAt(S3Uri.parse(s3Uri), checkpoints, Date.now());
  const described = await createTraining(clients.sagemaker, createLog('warn')).describe(job);
  return checkpointsOfJob(described, checkpoints, Date.now());
}

async function gradeAll(
  asked: CheckpointSelection,
  limit: number,
  checkpoints: Checkpoints,
): Promise<GradedWithCost[]> {
  const total = Math.min(limit, asked.maxCount ?? asked.folders.length);
  const graded: GradedWithCost[] = [];
  for await (const one of gradeSelected(asked, limit, checkpoints)) {
    graded.push(one);
    if (process.stderr.isTTY) printProgress(`${graded.length} of ${total} checkpoints graded`);
  }
  return graded;
}
