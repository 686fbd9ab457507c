import type { LogLine } from '../../ports/ports.ts';

/** The output of one host. */
export interface HostLog {
  readonly host: string;
  readonly lines: readonly LogLine[];
}

/** The lines of one process, taken from a log in which all processes of a host are interleaved. */
export interface Voice {
  readonly host: string;
  /** `rank 3`, `local rank 3`, `WorkerDict pid=812`; missing if the log does not say. */
  readonly who?: string;
  /** Counted over all hosts. */
  readonly rank?: number;
  readonly lines: readonly LogLine[];
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
    pattern: /^\(([\w.:]{1,80}) pid=(\d+)(?:, ip=[\w.:]+)?\)\s?/,
    speaker: ([, name = '', pid = '']) => ({ who: `${name} pid=${pid}` }),
  },
];

function ofRank(digits: string): Omit<Speaker, 'text'> {
  const rank = Number(digits);
  return { who: `rank ${rank}`, rank };
}

/** In the order of their first line. */
export function voicesOf({ host, lines }: HostLog): readonly Voice[] {
  const voices = new Map<string, { speaker: Speaker; lines: LogLine[] }>();
  for (const { at, text } of lines)
    for (const part of plain(text)) {
      const speaker = speakerOf(part);
      const key = speaker.who ?? '';
      const voice = voices.get(key) ?? { speaker, lines: [] };
      voice.lines.push({ at, text: speaker.text });
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
    .map((line) => line.trimEnd());
}

// oxlint-disable-next-line no-control-regex -- terminal colors begin with the escape character
const ansi = /\u001b\[[0-9;?]*[A-Za-z]/g;
