import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { createClients } from '../aws/clients.ts';
import { describeRaw } from '../aws/describe-job.ts';
import { createLogs } from '../aws/logs.ts';
import { type Answer, answersIn, type DescribedJob, readDescribe } from '../aws/saved-describe.ts';
import { OpsError } from '../errors.ts';
import { loadCatalog, shippedCatalog } from '../playbooks/catalog.ts';
import { needsLog } from '../playbooks/classify-failure.ts';
import { diagnoseJob, type Verdict } from '../playbooks/diagnosis/diagnose-job.ts';
import {
  type Diagnosed,
  verdictForScripts,
  verdictInWords,
} from '../playbooks/diagnosis/verdict-in-words.ts';
import { hasEnded } from '../playbooks/job-state.ts';
import { printLines } from './print.ts';

interface Options {
  readonly describe?: string;
  readonly log?: string;
  readonly json?: boolean;
}

/** How much of a log decides: as much as the bot reads of a live one. */
const tailLines = 200;

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
      else if (job !== undefined) printLines([show(await diagnoseLive(job))]);
    });
}

type Show = (diagnosed: Diagnosed) => string;

async function showAs({ json }: Options): Promise<Show> {
  if (json === true) return (diagnosed) => JSON.stringify(verdictForScripts(diagnosed));
  const catalog = await loadCatalog([shippedCatalog]);
  return (diagnosed) =>
    verdictInWords({ ...diagnosed, playbook: catalog.handling(diagnosed.verdict.kind)?.id });
}

function misuseOf(job: string | undefined, { describe, log }: Options): string | undefined {
  if ((job === undefined) === (describe === undefined))
    return 'name either a training job or a file of answers: relight diagnose <job>, or relight diagnose --describe <file>';
  if (log !== undefined && describe === undefined)
    return '--log goes with --describe: for a live job Relight reads the log itself';
  if (log === '-' && describe === '-') return 'standard input cannot be both --describe and --log';
  return undefined;
}

async function diagnoseLive(name: string): Promise<Diagnosed> {
  const clients = createClients({ pathStyle: false });
  try {
    await clients.sagemaker.reads.config.region().catch((cause: unknown) => {
      throw new OpsError('config-invalid', 'AWS_REGION is required: the Region of the job', { cause });
    });
    const job = readDescribe(await describeRaw(clients.sagemaker.reads, name));
    if ('wrong' in job) throw new OpsError('unexpected', `DescribeTrainingJob ${name}: ${job.wrong}`);
    if (!hasEnded(job) || !needsLog(job)) return { job, verdict: verdictOn(job, []) };
    const log = await readLog(() => createLogs(clients.logs).tail(name, tailLines));
    const verdict = verdictOn(job, log.lines);
    return { job, verdict: { ...verdict, evidence: [...verdict.evidence, ...log.trouble] } };
  } finally {
    clients.close();
  }
}

/** There is no queue that would try again: a log that cannot be read is a fact for people. */
async function readLog(tail: () => Promise<readonly string[]>): Promise<{
  readonly lines: readonly string[];
  readonly trouble: readonly string[];
}> {
  try {
    return { lines: await tail(), trouble: [] };
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    return { lines: [], trouble: [`Its log could not be read: ${thrown.message}`] };
  }
}

async function diagnoseSaved(path: string, logPath: string | undefined, show: Show): Promise<0 | 1> {
  const saved = await read(path);
  if (saved === undefined) return complain([unreadable(path)]);
  const log = logPath === undefined ? '' : await read(logPath);
  if (log === undefined) return complain([unreadable(logPath ?? '')]);
  const answers = answersIn(saved);
  const severalForOneLog = logPath !== undefined && answers.length > 1;
  const logTail = severalForOneLog ? [] : lastLines(log);
  for (const answer of answers)
    if ('job' in answer) printLines([show({ job: answer.job, verdict: verdictOn(answer.job, logTail) })]);
  const tooMany = severalForOneLog
    ? [`${logPath} was not used: it is the log of one job. Give it with one answer.`]
    : [];
  return complain([...tooMany, ...problemsOf(path, answers)]);
}

function complain(problems: readonly string[]): 0 | 1 {
  for (const problem of problems) process.stderr.write(`relight: ${problem}\n`);
  return problems.length > 0 ? 1 : 0;
}

/** One line for each thing that cannot be answered: what, where, what to do. */
function problemsOf(path: string, answers: readonly Answer[]): string[] {
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

function verdictOn(job: DescribedJob, logTail: readonly string[]): Verdict {
  return diagnoseJob(job, { logTail, storedModel: job.storedModel });
}
