import type { Voice, VoiceLine } from '../logs/voices.ts';
import type { Statement, Thrown } from './facts.ts';
import { type Traceback, tracebackAt } from './tracebacks.ts';

/** Lines that report an error without an exception: launchers, NCCL, CUDA, shells and the kernel. */
const reports =
  /error|fail|fatal|critical|kill|memory|NCCL WARN|\bXid\b|denied|forbidden|no space|quota|limit|timed? ?out|timeout|abort|segmentation|core dumped|terminate called|exception|\bnan\b|\binf\b|cannot|can't|could not|couldn't|unable|not found|no such|no file|no matching|refused|unreachable|assert|invalid|corrupt|SIG[A-Z]{3}|exec format|bus error|out of range|ECC|fallen off|no solution|429|stuck|abruptly|died|crash/i;

/** The levels of loggers that a job survives, and Python's warnings. NCCL calls its errors WARN. */
const mild = /^.{0,120}?(?<![=_'"`]|NCCL )\b(?:WARN(?:ING)?|INFO|DEBUG)\b(?![|'"`=])/;
const warning = /^\S{0,300}?\b\w{1,60}Warning: |^\s{0,20}warnings\.warn\(/;
const retried =
  /\b(?:[Rr]etrying|[Ww]ill retry|[Ff]alling back|[Ff]all back|[Ss]kipping|[Ii]gnoring)\b|thrown while requesting|^wandb: /;
const loggedAsError = /\b(?:ERROR|CRITICAL|WARNING|Error during|Error in|Failed to|exception occurred)\b/;
/** Errors that the interpreter reports and ignores. */
const ignored = /^Exception ignored |^--- Logging error ---|^Error in atexit|^Error in sys\.excepthook/;

/** The newest errors of a process that are judged; a process that repeats itself says nothing new. */
const maxStatements = 400;

/** The newest errors of one process in the order of its log. In a FailureReason, every line counts. */
export function statementsOf(
  voice: Voice,
  { every }: { readonly every: boolean } = { every: false },
): readonly Statement[] {
  const texts = voice.lines.map(({ text }) => text);
  const found: { readonly from: number; readonly traceback: Traceback }[] = [];
  let index = 0;
  while (index < texts.length) {
    const text = texts[index] ?? '';
    const traceback =
      tracebackAt(texts, index) ?? (every || reports.test(text) ? lineAt(text, index) : undefined);
    if (traceback !== undefined) found.push({ from: index, traceback });
    index = traceback?.end ?? index + 1;
  }
  return found.slice(-maxStatements).map(({ from, traceback }) => statementAt(voice, texts, from, traceback));
}

function lineAt(text: string, index: number): Traceback {
  return {
    chain: [{ type: '', message: text.trim(), frames: [], link: 'none' }],
    end: index + 1,
    form: 'line',
  };
}

function statementAt(
  { host, who, rank, lines }: Voice,
  texts: readonly string[],
  from: number,
  { chain, end, form }: Traceback,
): Statement {
  const survived = survivedBy(chain, texts[from] ?? '', texts[from - 1] ?? '');
  const of = {
    source: 'Log',
    form,
    host,
    ...(who !== undefined && { who }),
    ...(rank !== undefined && { rank }),
  } as const;
  return {
    ...of,
    ...spanOf(lines[from], lines[end - 1]),
    chain,
    lines: form === 'traceback' ? texts.slice(from, end) : around(texts, from, end),
    ...(survived !== undefined && { survived }),
  };
}

function spanOf(
  first: VoiceLine | undefined,
  last: VoiceLine | undefined,
): Pick<Statement, 'at' | 'from' | 'to'> {
  return { at: first?.at ?? 0, from: first?.order ?? 0, to: last?.order ?? 0 };
}

/** Why an error did not end the process, judged by how it is reported. */
function survivedBy(chain: readonly Thrown[], text: string, before: string): string | undefined {
  const { frames = [], type = '' } = chain.at(-1) ?? {};
  if (ignored.test(before) || frames.some(({ name }) => name === '__del__'))
    return 'the interpreter ignored it';
  if (frames.length === 0) return survivedLine(text, type);
  const isGraders = frames.at(-1)?.owner === 'grader' && loggedAsError.test(before);
  return isGraders ? 'the grader logged it and went on' : undefined;
}

function survivedLine(text: string, type: string): string | undefined {
  if (warning.test(text)) return 'it is a warning';
  if (type !== '') return undefined;
  if (mild.test(text)) return 'it is a warning';
  return retried.test(text) ? 'the code tried again or went on without it' : undefined;
}

function around(texts: readonly string[], from: number, end: number): readonly string[] {
  return texts.slice(Math.max(0, from - 3), Math.max(end, Math.min(texts.length, from + 6)));
}
