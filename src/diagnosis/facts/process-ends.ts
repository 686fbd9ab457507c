import type { LogLine } from '../../ports/ports.ts';
import type { ProcessEnd } from './facts.ts';

const signals: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

/** `ExitCode 137`, `exit code: -9`, `exitcode  : -9 (pid: 203612)` */
const exitCode = /\bexit ?code\s{0,10}[:=]?\s{0,10}(-?\d{1,3})\b/i;
/** torchrun, `subprocess` and the toolkit name the signal. */
const signalName =
  /\bSignal \d{1,2} \((SIG[A-Z]{3,5})\)|Signals\.(SIG[A-Z]{3,5})|\b(?:killed|died|terminated) (?:by|with) (?:signal:? )?(SIG[A-Z]{3,5})/i;

export function endIn(said: string): ProcessEnd | undefined {
  const code = exitCode.exec(said)?.[1];
  const signal = signalNamed(said) ?? (code === undefined ? undefined : signalOf(Number(code)));
  if (code === undefined && signal === undefined) return undefined;
  return {
    ...(code !== undefined && { exitCode: Number(code) }),
    ...(signal !== undefined && { signal }),
    said,
  };
}

function signalNamed(said: string): string | undefined {
  const [, ...names] = signalName.exec(said) ?? [];
  return names.find((name) => name !== undefined)?.toUpperCase();
}

/** torchrun counts signals below zero, shells above 128. */
function signalOf(code: number): string | undefined {
  if (code < 0) return signals[-code];
  return code > 128 ? signals[code - 128] : undefined;
}

/** https://docs.pytorch.org/docs/stable/elastic/errors.html: the report of ChildFailedError names the first rank that failed. */
export function torchrunEnd(lines: readonly Pick<LogLine, 'text'>[]): ProcessEnd | undefined {
  const start = lines.findLastIndex(({ text }) => text.includes('Root Cause (first observed failure)'));
  if (start === -1) return undefined;
  const report = lines.slice(start, start + 12).map(({ text }) => text);
  const valueOf = (pattern: RegExp): string | undefined =>
    report.map((text) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  const rank = valueOf(/\brank\s{0,20}:\s{0,20}(\d{1,6})/);
  const host = valueOf(/\bhost\s{0,20}:\s{0,20}(\S{1,200})/);
  return {
    ...endIn(report.filter((text) => /exitcode|Signal/.test(text)).join(' ')),
    ...(rank !== undefined && { rank: Number(rank) }),
    ...(host !== undefined && { host }),
    said: report.map((text) => text.trim()).join(' '),
  };
}
