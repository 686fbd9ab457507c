import { type ErrorBlock, errorBlocks } from './error-blocks.ts';
import { type HostLog, type Voice, voicesOf } from './voices.ts';

export interface Failure extends ErrorBlock {
  readonly host: string;
  readonly who?: string;
}

/** NCCL gives up a hanging collective after 10 min and Gloo after 30, so the last rank may end that long after the first. */
const lastWordsMs = 35 * 60_000;

/**
 * Finds the error that ended the job. Takes the last and most serious error of each process, then the one of the rank
 * that torchrun names, or else the earliest: one rank fails first, and the others fail because of it.
 */
export function firstFailure(logs: readonly HostLog[]): Failure | undefined {
  const spoken = logs.flatMap(voicesOf).map((voice) => ({ voice, blocks: errorBlocks(voice.lines) }));
  const end = latest(spoken.flatMap(({ blocks }) => blocks));
  const named = rootRank(spoken.map(({ voice }) => voice));
  const candidates = spoken.flatMap(({ voice, blocks }) => {
    const last = heaviestLast(blocks.filter(({ at }) => at >= end - lastWordsMs));
    return last === undefined ? [] : [{ voice, block: last }];
  });
  const isNamed = ({ rank }: Voice): number => Number(rank !== undefined && rank === named);
  const [first] = candidates.toSorted(
    (one, other) =>
      other.block.weight - one.block.weight ||
      isNamed(other.voice) - isNamed(one.voice) ||
      one.block.at - other.block.at,
  );
  if (first === undefined) return undefined;
  const { host, who } = first.voice;
  return { ...first.block, host, ...(who !== undefined && { who }) };
}

/** Without Math.max(...): a log can contain more errors than a call can take arguments. */
function latest(blocks: readonly ErrorBlock[]): number {
  return blocks.reduce((end, { at }) => Math.max(end, at), 0);
}

function heaviestLast(blocks: readonly ErrorBlock[]): ErrorBlock | undefined {
  return blocks.reduce<ErrorBlock | undefined>(
    (best, block) => (best === undefined || block.weight >= best.weight ? block : best),
    undefined,
  );
}

/** https://docs.pytorch.org/docs/stable/elastic/errors.html: the report of ChildFailedError names the first rank that failed. */
function rootRank(voices: readonly Voice[]): number | undefined {
  for (const { lines } of voices) {
    const start = lines.findLastIndex(({ text }) => text.includes('Root Cause (first observed failure)'));
    if (start === -1) continue;
    const report = lines.slice(start, start + 12).map(({ text }) => text);
    const rank = report
      .map((text) => /\brank\s*:\s*(\d+)/.exec(text)?.[1])
      .find((found) => found !== undefined);
    if (rank !== undefined) return Number(rank);
  }
  return undefined;
}
