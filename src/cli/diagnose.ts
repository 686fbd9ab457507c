import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { outputsIn, type SavedOutput } from '../aws/training/saved-describe.ts';
import { loadCatalog, shippedCatalog } from '../playbooks/catalog.ts';
import { printJson, printLines, printProblems } from './shared/print.ts';
import {
  type Diagnosed,
  tailLines,
  verdictForScripts,
  verdictInWords,
  verdictOn,
} from './shared/verdict-in-words.ts';

interface Options {
  readonly describe?: string;
  readonly log?: string;
  readonly json?: boolean;
}

export function addDiagnoseCommand(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('diagnose [job]')
    .description(
      'say why a training job failed and what to do; exit 1 when the job or an answer cannot be read',
    )
    .option(
      '--describe <file>',
      'instead of asking AWS, read saved answers of DescribeTrainingJob: JSON or JSON lines; - is standard input',
    )
    .option('--log <file>', 'the end of the log of the job in --describe, as plain lines')
    .option('--json', 'print one JSON object a line for each job')
    .action(async (job: string | undefined, options: Options) => {
      const misuse = misuseOf(job, options);
      if (misuse !== undefined) command.error(`relight: ${misuse}`, { exitCode: 2 });
      const show = await showAs(options);
      if (options.describe !== undefined) finish(await diagnoseSaved(options.describe, options.log, show));
      else if (job !== undefined) {
        // The AWS SDK takes most of a second to load, and saved answers need none of it.
        const { diagnoseLive } = await import('./shared/diagnose-live.ts');
        show(await diagnoseLive(job));
      }
    });
}

type Show = (diagnosed: Diagnosed) => void;

async function showAs({ json }: Options): Promise<Show> {
  if (json === true) return (diagnosed) => printJson(verdictForScripts(diagnosed), 0);
  const catalog = await loadCatalog([shippedCatalog]);
  return (diagnosed) =>
    printLines(verdictInWords({ ...diagnosed, playbook: catalog.handling(diagnosed.verdict.kind)?.id }));
}

function misuseOf(job: string | undefined, { describe, log }: Options): string | undefined {
  if ((job === undefined) === (describe === undefined))
    return 'name either a training job or a file of answers: relight diagnose <job>, or relight diagnose --describe <file>';
  if (log !== undefined && describe === undefined)
    return '--log goes with --describe: for a live job Relight reads the log itself';
  if (log === '-' && describe === '-') return 'standard input cannot be both --describe and --log';
  return undefined;
}

async function diagnoseSaved(path: string, logPath: string | undefined, show: Show): Promise<0 | 1> {
  const saved = await read(path);
  if (saved === undefined) return complain([unreadable(path)]);
  const log = logPath === undefined ? '' : await read(logPath);
  if (log === undefined) return complain([unreadable(logPath ?? '')]);
  const answers = outputsIn(saved);
  const severalForOneLog = logPath !== undefined && answers.length > 1;
  const logTail = severalForOneLog ? [] : lastLines(log);
  for (const answer of answers)
    if ('job' in answer) show({ job: answer.job, verdict: verdictOn(answer.job, logTail) });
  const tooMany = severalForOneLog
    ? [`${logPath} was not used: it is the log of one job. Give it with one answer.`]
    : [];
  return complain([...tooMany, ...problemsOf(path, answers)]);
}

function complain(problems: readonly string[]): 0 | 1 {
  printProblems(problems);
  return problems.length > 0 ? 1 : 0;
}

/** One line for each thing that cannot be answered: what, where, what to do. */
function problemsOf(path: string, answers: readonly SavedOutput[]): string[] {
  const file = path === '-' ? 'standard input' : path;
  const remedy =
    'Save one with `aws sagemaker describe-training-job --training-job-name <job> --output json`.';
  if (answers.length === 0) return [`${file} holds no answer of DescribeTrainingJob. ${remedy}`];
  return answers.flatMap((answer) =>
    'wrong' in answer ? [`${file}, line ${answer.line} ${answer.wrong}. ${remedy}`] : [],
  );
}

/** Undefined when there is no such file. */
async function read(path: string): Promise<string | undefined> {
  if (path === '-') return text(process.stdin);
  return readFile(path, 'utf8').catch(() => undefined);
}

function unreadable(path: string): string {
  return `${path} cannot be read. Name a file that is there, or - for standard input.`;
}

function lastLines(log: string): readonly string[] {
  const lines = log.split(/\r?\n/);
  const end = lines.findLastIndex((line) => line.trim() !== '') + 1;
  return lines.slice(Math.max(0, end - tailLines), end);
}
