import type { LogLine } from '../../ports/ports.ts';

/** One error of one process, with the lines that belong to it. */
export interface ErrorBlock {
  readonly at: number;
  /** The line with the message. */
  readonly error: string;
  /** The exception that caused it, if Python shows one. */
  readonly cause?: string;
  readonly lines: readonly string[];
  /** 3: a cause; 2: a line that says error; 1: a consequence on other ranks. */
  readonly weight: 1 | 2 | 3;
}

const tracebackHead = 'Traceback (most recent call last):';
const chained =
  /^(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception):/;

/** The message of an exception can span lines; these lines start something else. */
const nextEntry = /^(?:\[?\d{4}-\d\d-\d\d[ T]|(?:INFO|WARNING|DEBUG)\b|\{['"]|\d{1,3}%\|)/;

/** A traceback of a deep recursion has a thousand frames; no cause is further away than this. */
const longest = 400;

/** Messages of ranks whose neighbor died, and of their launchers: never the cause. */
const consequence =
  /ChildFailedError|Watchdog caught collective|ProcessGroupNCCL|DistBackendError|nccl(?:Remote|System|Internal)Error|Connection (?:reset|closed|refused)|Broken ?pipe|ConnectionResetError|EOFError|SignalException|SIGTERM|KeyboardInterrupt|RayActorError|ActorDiedError|WorkerCrashedError|ExecuteUserScriptError|Exception ignored in|exit ?code|closing signal/i;

/** Causes reported by CUDA, NCCL, Ray and Linux without a traceback. */
const broke =
  /out of memory|OutOfMemory|CUDA error|CUBLAS_STATUS|NCCL WARN|No space left on device|bad_alloc|Segmentation fault|SIGKILL|SIGSEGV|SIGBUS|uncorrectable ECC|NVRM: Xid|device-side assert/i;

const saysError =
  /\b(?:ERROR|FATAL|CRITICAL)\b|^[\w.]{1,200}(?:Error|Exception)\b|^error:|^Killed$|terminate called/;

export function errorBlocks(lines: readonly LogLine[]): readonly ErrorBlock[] {
  const blocks: ErrorBlock[] = [];
  let index = 0;
  while (index < lines.length) {
    const block = blockAt(lines, index);
    if (block !== undefined) blocks.push(block.block);
    index = block?.end ?? index + 1;
  }
  return blocks;
}

type Found = { readonly block: ErrorBlock; readonly end: number };

function blockAt(lines: readonly LogLine[], start: number): Found | undefined {
  const text = textAt(lines, start);
  if (text.includes(tracebackHead)) return traceback(lines, start);
  const weight = weightOf(text);
  if (weight === undefined) return undefined;
  const [from, to] = [Math.max(0, start - 3), Math.min(lines.length, start + 6)];
  const around = lines.slice(from, to).map((line) => line.text);
  return { block: { at: lines[start]?.at ?? 0, error: text, lines: around, weight }, end: start + 1 };
}

function weightOf(text: string): ErrorBlock['weight'] | undefined {
  if (consequence.test(text)) return 1;
  if (broke.test(text)) return 3;
  return saysError.test(text) ? 2 : undefined;
}

/** A traceback with its chained ones, up to the end of the last message. */
function traceback(lines: readonly LogLine[], start: number): Found {
  const said: string[] = [];
  let end = start + 1;
  while (end < lines.length && end - start < longest) {
    const step = stepIn(lines, end, said.length > 0);
    if (step === 'over') break;
    if (step === 'message') said.push(textAt(lines, end));
    if (step === 'link') said.push('');
    end += 1;
  }
  return { block: blockOf(lines.slice(start, end), headsOf(said), ignored(lines, start)), end };
}

function blockOf(lines: readonly LogLine[], messages: readonly string[], isIgnored: boolean): ErrorBlock {
  const error = messages.at(-1) ?? tracebackHead;
  const [cause = error] = messages;
  const follows = messages.length > 0 && messages.every((message) => consequence.test(message));
  return {
    at: lines[0]?.at ?? 0,
    error,
    ...(cause !== error && { cause }),
    lines: lines.map(({ text }) => text),
    weight: follows || isIgnored ? 1 : 3,
  };
}

/** Classifies a line of a traceback; `over` if it no longer belongs to it. */
function stepIn(lines: readonly LogLine[], index: number, saidSomething: boolean): Step {
  const text = textAt(lines, index);
  if (chained.test(text)) return 'link';
  if (text === '') return chainFollows(lines, index) ? 'gap' : 'over';
  if (text.includes(tracebackHead)) return chainedBefore(lines, index) ? 'gap' : 'over';
  if (/^\s/.test(text)) return 'gap';
  return saidSomething && nextEntry.test(text) ? 'over' : 'message';
}

type Step = 'link' | 'gap' | 'message' | 'over';

/** The first line of each message; an empty line in `said` ends a message. */
function headsOf(said: readonly string[]): readonly string[] {
  return said.filter((text, index) => text !== '' && (index === 0 || said[index - 1] === ''));
}

function chainFollows(lines: readonly LogLine[], index: number): boolean {
  const next = lines.slice(index, index + 4).find(({ text }) => text !== '');
  return next !== undefined && (chained.test(next.text) || chainedBefore(lines, index));
}

function chainedBefore(lines: readonly LogLine[], index: number): boolean {
  return lines.slice(Math.max(0, index - 3), index).some(({ text }) => chained.test(text));
}

function ignored(lines: readonly LogLine[], start: number): boolean {
  return textAt(lines, start - 1).startsWith('Exception ignored in');
}

function textAt(lines: readonly LogLine[], index: number): string {
  return lines[index]?.text ?? '';
}
