import type { LogLine } from '../../ports/ports.ts';

/** What one host wrote. */
export interface HostLog {
  readonly host: string;
  readonly lines: readonly LogLine[];
}

/** The lines of one process, out of a log in which all processes of a host talk at once. */
export interface Voice {
  readonly host: string;
  /** `rank 3`, `local rank 3`, `WorkerDict pid=812`; absent where the log does not say. */
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

/** How launchers mark whose line it is. */
const prefixes: readonly Prefix[] = [
  // https://docs.pytorch.org/docs/stable/distributed.html, since 2.3
  { pattern: /^\[rank(\d{1,6})\]:\s?/, speaker: ([, rank = '']) => ofRank(rank) },
  // mpirun --tag-output, as the MPI of SageMaker tags it and as Open MPI does
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

/** In the order in which they are first heard. */
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

/** Without colours, and with what a progress bar overwrites as lines of their own. */
function plain(text: string): readonly string[] {
  return text
    .replaceAll(ansi, '')
    .split(/[\r\n]+/)
    .map((line) => line.trimEnd());
}

// oxlint-disable-next-line no-control-regex -- the escape character is what terminal colours begin with
const ansi = /\u001b\[[0-9;?]*[A-Za-z]/g;
