import type { LogLine } from '../../ports/ports.ts';

/** The output of one host. */
export interface HostLog {
  readonly host: string;
  readonly lines: readonly LogLine[];
}

/** The newest lines of `algo-1`, or of every host. */
export type LogTails = readonly string[] | readonly HostLog[];

export function hostLogs(logs: LogTails): readonly HostLog[] {
  const lines = logs.flatMap((one) => (typeof one === 'string' ? [{ at: 0, text: one }] : []));
  const hosts = logs.flatMap((one) => (typeof one === 'string' ? [] : [one]));
  return lines.length > 0 ? [{ host: 'algo-1', lines }, ...hosts] : hosts;
}

export function linesOf(logs: LogTails): readonly string[] {
  return hostLogs(logs).flatMap(({ lines }) => lines.map(({ text }) => text));
}

/** A line of one process; `order` is its position in the log of the host. */
export interface VoiceLine extends LogLine {
  readonly order: number;
}

/** The lines of one process, taken from a log in which all processes of a host are interleaved. */
export interface Voice {
  readonly host: string;
  /** `rank 3`, `local rank 3`, `WorkerDict pid=812`; missing if the log does not say. */
  readonly who?: string;
  /** Counted over all hosts. */
  readonly rank?: number;
  readonly lines: readonly VoiceLine[];
}

interface Speaker {
  readonly who?: string;
  readonly rank?: number;
  readonly text: string;
}

interface Prefix {
  readonly pattern: RegExp;
  readonly speaker: (match: readonly string[]) => Omit<Speaker, 'text'>;
}

/** Prefixes with which launchers mark the process of a line. */
const prefixes: readonly Prefix[] = [
  // https://docs.pytorch.org/docs/stable/distributed.html, since 2.3
  { pattern: /^\[rank(\d{1,6})\]:\s?/, speaker: ([, rank = '']) => ofRank(rank) },
  // mpirun --tag-output, in SageMaker's MPI and in Open MPI
  {
    pattern: /^\[\d+,(?:mpirank:)?(\d{1,6})(?:,[\w-]+)?\]<std(?:err|out)>:\s?/,
    speaker: ([, rank = '']) => ofRank(rank),
  },
  // https://docs.pytorch.org/docs/stable/elastic/run.html, --tee and --redirects
  {
    pattern: /^\[default(\d{1,6})\]:\s?/,
    speaker: ([, rank = '']) => ({ who: `local rank ${Number(rank)}` }),
  },
  // https://docs.ray.io/en/latest/ray-observability/user-guides/configure-logging.html
  {
    pattern: /^\(([\w.:]{1,80})(?: rank=\d{1,6})? pid=(\d+)(?:, ip=[\w.:]+)?\)\s?/,
    speaker: ([, name = '', pid = '']) => ({ who: `${name} pid=${pid}` }),
  },
];

function ofRank(digits: string): Omit<Speaker, 'text'> {
  const rank = Number(digits);
  return { who: `rank ${rank}`, rank };
}

/** In the order of their first line. */
export function voicesOf({ host, lines }: HostLog): readonly Voice[] {
  const voices = new Map<string, { speaker: Speaker; lines: VoiceLine[] }>();
  for (const [order, { at, text }] of lines.entries())
    for (const part of plain(text)) {
      const speaker = speakerOf(part);
      const key = speaker.who ?? '';
      const voice = voices.get(key) ?? { speaker, lines: [] };
      voice.lines.push({ at, order, text: withoutLogger(speaker.text) });
      voices.set(key, voice);
    }
  return [...voices.values()].map(({ speaker: { who, rank }, lines: own }) => ({
    host,
    ...(who !== undefined && { who }),
    ...(rank !== undefined && { rank }),
    lines: own,
  }));
}

function speakerOf(text: string): Speaker {
  if (!text.startsWith('[') && !text.startsWith('(')) return { text };
  for (const { pattern, speaker } of prefixes) {
    const match = pattern.exec(text);
    if (match !== null) return { ...speaker(match), text: text.slice(match[0].length) };
  }
  return { text };
}

/** Removes colors and splits the states of a progress bar into separate lines. */
function plain(text: string): readonly string[] {
  return text
    .replaceAll(ansi, '')
    .split(/[\r\n]+/)
    .map((line) => line.replace(stamped, '').replace(dockerHost, '').trimEnd());
}

// oxlint-disable-next-line no-control-regex -- terminal colors begin with the escape character
const ansi = /\u001b\[[0-9;?]*[A-Za-z]/g;
/** CloudWatch, Docker and Kubernetes put the time and the stream before every line, and the text keeps its indentation. */
const stamped =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)[ \t](?:[\w-]{1,63}\/algo-\S{1,80}[ \t])?/;
const dockerHost = /^[\w-]{0,40}algo-\d{1,4}(?:-\w{1,20})?(?:_\d{1,3})?\s{1,4}\|[ \t]/;

/** vLLM logs tracebacks line by line, and exception groups draw a tree around them. */
const logger = /^(?:ERROR|CRITICAL) \d\d-\d\d \d\d:\d\d:\d\d \[[\w./]{1,80}:\d{1,6}\] ?/;
const tree = /^\s{0,40}(?:[|] ?|\+ (?=Exception Group))/;

function withoutLogger(text: string): string {
  return text.replace(logger, '').replace(tree, '');
}
