import { excerptOf } from '../../diagnosis/logs/error-excerpt.ts';
import { type Failure, firstFailure } from '../../diagnosis/logs/first-failure.ts';
import { readHosts } from '../../diagnosis/logs/read-hosts.ts';
import type { HostLog } from '../../diagnosis/logs/voices.ts';
import { count, counted, quote, time } from '../../in-words.ts';
import { KeptFile } from '../../ports/files.ts';
import type { Logs } from '../../ports/ports.ts';
import { redact } from '../../sanitize/secret-shapes.ts';
import { defineAction, type ReadPorts, type Report, saidBy, z } from '../define.ts';

const Read = z.object({
  hosts: z.number().int(),
  lines: z.number().int(),
  failure: z
    .object({
      host: z.string(),
      who: z.string().optional(),
      at: z.number(),
      error: z.string(),
      cause: z.string().optional(),
    })
    .optional(),
  /** The lines around the error, or the end of the log if there is no error in it. */
  excerpt: z.array(z.string()),
  trouble: z.array(z.string()),
  files: z.array(KeptFile),
});
type Read = z.infer<typeof Read>;

export const readTrainingLogs = defineAction({
  name: 'read-training-logs',
  effect: 'read',
  title: 'Read the logs',
  does: 'Reads the end of the log of every host and finds the first error.',
  input: z.object({ job: z.string() }),
  output: Read,
  report,
  run: async ({ job }, ports) => {
    const { logs, trouble } = await readAll(ports.logs, job);
    const lines = logs.reduce((sum, log) => sum + log.lines.length, 0);
    const failure = firstFailure(logs);
    const excerpt = excerptOf(failure?.lines ?? endOf(logs));
    const read = { hosts: logs.length, lines, excerpt: [...excerpt], trouble, files: [] };
    const found = failure === undefined ? read : { ...read, failure: inBrief(failure) };
    return lines === 0 ? found : keep(job, found, ports);
  },
});

/** Reports a log that cannot be read; the recovery continues with what was read so far. */
async function readAll(port: Logs, job: string): Promise<{ logs: readonly HostLog[]; trouble: string[] }> {
  const { logs, left, failed } = await readHosts(port, job);
  if (failed !== undefined) return { logs, trouble: [`Some logs could not be read: ${failed.message}`] };
  return { logs, trouble: left > 0 ? [`The logs of ${counted(left, 'more host')} were not read.`] : [] };
}

/** The host that wrote last is likely to be the most informative. */
function endOf(logs: readonly HostLog[]): readonly string[] {
  const [last] = logs.toSorted((one, other) => (other.lines.at(-1)?.at ?? 0) - (one.lines.at(-1)?.at ?? 0));
  return (last?.lines ?? []).slice(-20).map(({ text }) => text);
}

function inBrief({ host, who, at, error, cause }: Failure): NonNullable<Read['failure']> {
  return {
    host,
    ...(who !== undefined && { who }),
    at,
    error: quote(redact(error.slice(0, 2_000))),
    ...(cause !== undefined && { cause: quote(redact(cause.slice(0, 2_000))) }),
  };
}

async function keep(job: string, read: Read, { files }: ReadPorts): Promise<Read> {
  const { failure, excerpt } = read;
  const head = failure === undefined ? job : `${job}, ${whereInWords(failure)}, ${time(failure.at)}`;
  const bytes = new TextEncoder().encode(`${head}\n\n${excerpt.join('\n')}\n`);
  try {
    const kept = await files.keep(`${job}-error.txt`, 'text/plain', bytes);
    return { ...read, files: [{ ...kept, title: `Log of ${head}` }] };
  } catch (thrown) {
    return { ...read, trouble: [...read.trouble, `The excerpt could not be stored: ${saidBy(thrown)}`] };
  }
}

function whereInWords({ host, who }: NonNullable<Read['failure']>): string {
  return who === undefined ? host : `${who} on ${host}`;
}

function report({ hosts, lines, failure, excerpt, trouble }: Read): Report {
  const linesRead = { label: 'Read', value: `the last ${count(lines)} lines of ${counted(hosts, 'host')}` };
  const tail = excerpt.slice(-12).map((line) => line.slice(0, 200));
  if (lines === 0) return { headline: 'The job has no log', lines: trouble };
  if (failure === undefined)
    return {
      headline: 'No error in the log; its last lines are below',
      facts: [linesRead],
      lines: [...trouble, ...tail],
    };
  return {
    headline: failure.error,
    facts: [
      { label: 'Where', value: whereInWords(failure) },
      { label: 'When', value: time(failure.at) },
      ...(failure.cause === undefined ? [] : [{ label: 'Caused by', value: failure.cause }]),
      linesRead,
    ],
    lines: [...trouble, ...tail],
  };
}
