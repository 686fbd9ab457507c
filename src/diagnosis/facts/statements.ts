import type { Voice } from '../logs/voices.ts';
import type { Statement, Thrown } from './facts.ts';
import { tracebackAt } from './tracebacks.ts';

/** Lines that report an error without an exception: launchers, NCCL, CUDA, shells and the kernel. */
const reports =
  /error|fail|fatal|critical|kill|memory|NCCL WARN|\bXid\b|denied|forbidden|no space|quota|limit|timed? ?out|timeout|abort|segmentation|core dumped|terminate called|exception|\bnan\b|\binf\b|cannot|can't|could not|couldn't|unable|not found|no such|no file|no matching|refused|unreachable|assert|invalid|corrupt|SIG[A-Z]{3}|exec format|bus error|out of range|ECC|fallen off|no solution|429|stuck|abruptly|died|crash/i;

/** The levels of loggers that a job survives, and Python's warnings. NCCL calls its errors WARN. */
const mild = /^.{0,120}?(?<![=_'"`]|NCCL )\b(?:WARN(?:ING)?|INFO|DEBUG)\b(?![|'"`=])/;
const warning = /^\S{0,300}?\b\w{1,60}Warning: |^\s{0,20}warnings\.warn\(/;
const retried =
  /\b(?:[Rr]etrying|[Ww]ill retry|[Ff]alling back|[Ff]all back|[Ss]kipping|[Ii]gnoring)\b|^wandb: /;
const loggedAsError = /\b(?:ERROR|CRITICAL|WARNING|Error during|Error in|Failed to|exception occurred)\b/;
/** Errors that the interpreter reports and ignores. */
const ignored = /^Exception ignored |^--- Logging error ---|^Error in atexit|^Error in sys\.excepthook/;

/** The newest errors of a process that are judged; a process that repeats itself says nothing new. */
const maxStatements = 400;

/** The newest errors of one process in the order of its log. In a FailureReason, every line counts. */
export function statementsOf(
  { host, who, rank, lines }: Voice,
  { every }: { readonly every: boolean } = { every: false },
): readonly Statement[] {
  const texts = lines.map(({ text }) => text);
  const found: Statement[] = [];
  let index = 0;
  while (index < lines.length) {
    const traceback = tracebackAt(texts, index);
    const text = texts[index] ?? '';
    const end = traceback?.end ?? index + 1;
    if (traceback !== undefined || every || reports.test(text)) {
      const chain: readonly Thrown[] = traceback?.chain ?? [
        { type: '', message: text.trim(), frames: [], link: 'none' },
      ];
      const survived = survivedBy(chain, text, texts[index - 1] ?? '');
      found.push({
        source: 'Log',
        form: traceback?.form ?? 'line',
        host,
        ...(who !== undefined && { who }),
        ...(rank !== undefined && { rank }),
        at: lines[index]?.at ?? 0,
        from: lines[index]?.order ?? 0,
        to: lines[end - 1]?.order ?? 0,
        chain,
        lines: traceback?.form === 'traceback' ? texts.slice(index, end) : around(texts, index, end),
        ...(survived !== undefined && { survived }),
      });
    }
    index = end;
  }
  return found.slice(-maxStatements);
}

/** Why an error did not end the process, judged by how it is reported. */
function survivedBy(chain: readonly Thrown[], text: string, before: string): string | undefined {
  if (ignored.test(before)) return 'the interpreter ignored it';
  const last = chain.at(-1);
  if (last === undefined) return undefined;
  if (last.frames.some(({ name }) => name === '__del__')) return 'the interpreter ignored it';
  if (last.frames.length === 0) {
    if (warning.test(text) || (last.type === '' && mild.test(text))) return 'it is a warning';
    return last.type === '' && retried.test(text) ? 'the code tried again or went on without it' : undefined;
  }
  const byGrader = last.frames.at(-1)?.owner === 'grader' && loggedAsError.test(before);
  return byGrader ? 'the grader logged it and went on' : undefined;
}

function around(texts: readonly string[], from: number, end: number): readonly string[] {
  return texts.slice(Math.max(0, from - 3), Math.max(end, Math.min(texts.length, from + 6)));
}

/** Whether a logger printed the error, so that the code may have gone on. */
export function isLogged(statement: Statement): boolean {
  return statement.lines.some((line) => loggedAsError.test(line) && !/^[\w.]{1,200}Error\b/.test(line));
}
