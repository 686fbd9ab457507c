import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Command, InvalidArgumentError } from 'commander';
import { count } from '../in-words.ts';
import { type BatchPlan, planBatch } from '../relaunch/batch/plan-batch.ts';
import { printJson, printLines, printProblems } from './shared/print.ts';
import { savedJobIn } from './shared/saved-job.ts';
import { sourceFilesIn } from './shared/source-files.ts';

interface Options {
  readonly job: string;
  readonly source?: string;
  readonly reduction: number;
  readonly json?: boolean;
}

export function addBatchCommands(program: Command, finish: (code: number) => void): void {
  program
    .command('batch')
    .description('plan a smaller batch for a job that ran out of GPU memory')
    .command('plan')
    .description(
      'print which hyperparameters to change, and which must stay; exit 1 if no smaller batch can be planned',
    )
    .requiredOption(
      '--job <file>',
      'saved DescribeTrainingJob output, or {"hyperParameters": {…}, "gpus": 8, "trainer": "trl 0.16.1"}; - is standard input',
    )
    .option(
      '--source <path>',
      'the source folder of the job, or its configuration file: YAML and JSON are read, and the plan names the lines to change',
    )
    .option('--reduction <factor>', 'factor for the batch, between 0 and 1', factor, 0.5)
    .option('--json', 'print JSON: possible, changes, unchanged, says')
    .action(async (options: Options) => {
      const plan = await planOf(options);
      if ('wrong' in plan) {
        printProblems([plan.wrong]);
        finish(1);
        return;
      }
      if (options.json === true) printJson(forScripts(plan));
      else printLines(inWords(plan));
      if (!plan.possible) finish(1);
    });
}

function factor(value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && number > 0 && number < 1) return number;
  throw new InvalidArgumentError('It must be a number between 0 and 1, such as 0.5.');
}

async function planOf({ job: path, source, reduction }: Options): Promise<BatchPlan | Problem> {
  const saved =
    path === '-' ? await text(process.stdin) : await readFile(path, 'utf8').catch(() => undefined);
  if (saved === undefined)
    return { wrong: `${path} cannot be read. Specify an existing file, or - for standard input.` };
  const job = savedJobIn(saved);
  if ('wrong' in job)
    return {
      wrong: `${path === '-' ? 'standard input' : path} ${job.wrong}. Save it with \`aws sagemaker describe-training-job --training-job-name <job> --output json\`.`,
    };
  const files = source === undefined ? [] : await sourceFilesIn(source);
  if (files === undefined)
    return { wrong: `${source} cannot be read. Specify a folder or a YAML file, or leave out --source.` };
  const { hyperParameters, gpus, trainer, containerArguments = [] } = job;
  return planBatch({ hyperParameters, gpus, trainer, containerArguments, files, reduction });
}

interface Problem {
  readonly wrong: string;
}

function forScripts(plan: BatchPlan): object {
  if (!plan.possible) return { possible: false, changes: {}, unchanged: {}, says: sentence([plan.why]) };
  return {
    possible: true,
    changes: Object.fromEntries(plan.changes.map(({ key, after }) => [key, after])),
    unchanged: plan.unchanged,
    says: sentence(plan.says),
  };
}

function inWords(plan: BatchPlan): string[] {
  if (!plan.possible) return [`No smaller batch: ${sentence([plan.why])}`];
  return [
    `${count(plan.batch.after)} ${plan.unit} at a time instead of ${count(plan.batch.before)} (${plan.family})`,
    ...plan.changes.map(({ key, before, after }) =>
      before === '' ? `${key}: ${after} (was not set)` : `${key}: ${before} → ${after}`,
    ),
    ...Object.entries(plan.unchanged).map(([key, value]) => `${key}: stays ${value}`),
    ...plan.says.map((one) => sentence([one])),
  ];
}

function sentence(parts: readonly string[]): string {
  return parts.map((part) => `${part}.`).join(' ');
}
