import { candidatesIn } from '../candidates.ts';
import { textOf } from '../facts/facts.ts';
import { gatherFacts } from '../facts/gather-facts.ts';
import type { HostLog } from './voices.ts';

export interface Failure {
  readonly host: string;
  readonly who?: string;
  readonly at: number;
  /** The line with the message. */
  readonly error: string;
  /** The exception that caused it, if Python shows one. */
  readonly cause?: string;
  readonly lines: readonly string[];
}

/** The error that ended the job, by the same judgment as the diagnosis: one process fails first, and the others because of it. */
export function firstFailure(logs: readonly HostLog[]): Failure | undefined {
  const [first] = candidatesIn(gatherFacts('', logs));
  if (first === undefined) return undefined;
  const { host, who, at, chain, lines } = first.statement;
  const heads = chain.map((thrown) => textOf(thrown).split('\n')[0] ?? '').filter((head) => head !== '');
  const error = heads.at(-1) ?? 'Traceback (most recent call last):';
  const [cause = error] = heads;
  return { host, ...(who !== undefined && { who }), at, error, ...(cause !== error && { cause }), lines };
}
