import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { outputsIn, type SavedOutput } from '../aws/training/describe-output.ts';
import { redisUrlIfSet } from '../config/environment.ts';
import { savedLogs } from '../diagnosis/logs/saved-logs.ts';
import type { HostLog } from '../diagnosis/logs/voices.ts';
import { loadCatalog, shippedCatalog } from '../playbooks/catalog.ts';
import {
  type Diagnosed,
  diagnose,
  diagnosisForScripts,
  diagnosisInWords,
} from './shared/diagnosis-in-words.ts';
import type { AddEarlier } from './shared/earlier-incidents-of.ts';
import { misused, printJson, printLines, printProblems } from './shared/print.ts';

interface Options {
  readonly describe?: string;
  readonly log: readonly string[];
  readonly json?: boolean;
}

export function addDiagnoseCommand(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('diagnose [job]')
    .description(
      'explain why a training job failed and what to do; exit 1 if the job or saved output cannot be read',
    )
    .option(
      '--describe <file>',
      'read saved DescribeTrainingJob output instead of calling AWS: JSON or JSON lines; - is standard input',
    )
    .option(
      '--log <file>',
      'the last log lines of the job in --describe, as plain text or as `aws logs` prints them; once per host',
      (path: string, paths: readonly string[]) => [...paths, path],
      [],
    )
    .option('--json', 'print JSON lines: one object per job')
    .action(async (job: string | undefined, options: Options) => {
      const misuse = misuseOf(job, options);
      if (misuse !== undefined) misused(command, misuse);
      const show = await showAs(options);
      await withHistory(async (addEarlier) => {
        const showAll: ShowAll = async (diagnosed) => show(await addEarlier(diagnosed));
        if (options.describe !== undefined)
          finish(await diagnoseSaved(options.describe, options.log, showAll));
        else if (job !== undefined) {
          // The AWS SDK takes most of a second to load, and saved output does not need it.
          const { diagnoseLive } = await import('./shared/diagnose-live.ts');
          await showAll(await diagnoseLive(job));
        }
      });
    });
}

type Show = (diagnosed: Diagnosed) => void;
/** Also shows the earlier incidents. */
type ShowAll = (diagnosed: Diagnosed) => Promise<void>;

async function withHistory(work: (addEarlier: AddEarlier) => Promise<void>): Promise<void> {
  const url = redisUrlIfSet();
  if (url === undefined) return work(async (diagnosed) => diagnosed);
  const { withEarlierIncidents } = await import('./shared/earlier-incidents-of.ts');
  return withEarlierIncidents(url, work);
}

async function showAs({ json }: Options): Promise<Show> {
  if (json === true) return (diagnosed) => printJson(diagnosisForScripts(diagnosed), 0);
  const catalog = await loadCatalog([shippedCatalog]);
  return (diagnosed) =>
    printLines(diagnosisInWords({ ...diagnosed, playbook: catalog.handling(diagnosed.diagnosis.kind)?.id }));
}

function misuseOf(job: string | undefined, { describe, log }: Options): string | undefined {
  if ((job === undefined) === (describe === undefined))
    return 'specify either a training job or a file with saved output: relight diagnose <job>, or relight diagnose --describe <file>';
  if (log.length > 0 && describe === undefined)
    return '--log needs --describe: for a live job, Relight reads the log from CloudWatch';
  if ([...log, describe].filter((path) => path === '-').length > 1)
    return 'standard input can be only one of --describe and --log';
  return undefined;
}

async function diagnoseSaved(path: string, logPaths: readonly string[], show: ShowAll): Promise<0 | 1> {
  const saved = await read(path);
  if (saved === undefined) return reportProblems([unreadable(path)]);
  const logs = await Promise.all(logPaths.map(readLog));
  const missing = logPaths.filter((_, index) => logs[index] === undefined);
  if (missing.length > 0) return reportProblems(missing.map(unreadable));
  const outputs = outputsIn(saved);
  const severalForOneLog = logPaths.length > 0 && outputs.length > 1;
  const hosts = severalForOneLog ? [] : logs.flatMap((log) => log ?? []);
  for (const output of outputs)
    if ('job' in output) await show({ job: output.job, diagnosis: diagnose(output.job, hosts) });
  const tooMany = severalForOneLog
    ? [
        `${logPaths.join(', ')} was not used: a log belongs to one job. Use it with the output of a single job.`,
      ]
    : [];
  return reportProblems([...tooMany, ...problemsOf(path, outputs)]);
}

async function readLog(path: string, index: number): Promise<readonly HostLog[] | undefined> {
  const text = await read(path);
  return text === undefined ? undefined : savedLogs(basename(path), text, `algo-${index + 1}`);
}

function reportProblems(problems: readonly string[]): 0 | 1 {
  printProblems(problems);
  return problems.length > 0 ? 1 : 0;
}

/** One line per output that cannot be read: what, where and what to do. */
function problemsOf(path: string, outputs: readonly SavedOutput[]): string[] {
  const file = path === '-' ? 'standard input' : path;
  const remedy =
    'Save it with `aws sagemaker describe-training-job --training-job-name <job> --output json`.';
  if (outputs.length === 0) return [`${file} contains no DescribeTrainingJob output. ${remedy}`];
  return outputs.flatMap((output) =>
    'wrong' in output ? [`${file}, line ${output.line} ${output.wrong}. ${remedy}`] : [],
  );
}

/** Undefined if the file cannot be read. */
async function read(path: string): Promise<string | undefined> {
  if (path === '-') return text(process.stdin);
  return readFile(path, 'utf8').catch(() => undefined);
}

function unreadable(path: string): string {
  return `${path} cannot be read. Specify an existing file, or - for standard input.`;
}
