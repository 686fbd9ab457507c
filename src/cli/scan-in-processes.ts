import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { OpsError } from '../errors.ts';
import type { Piece } from '../playbooks/data/piece.ts';
import type { PieceReport } from '../playbooks/data/piece-report.ts';
import { scanPiece } from '../playbooks/data/scan-piece.ts';
import type { Datasets } from '../playbooks/ports/datasets.ts';
import type { Answer, Order } from './scan-process.ts';

type Terms = Omit<Order, 'piece'>;

/** Something that scans one piece at a time. */
interface Lane {
  readonly scan: (piece: Piece) => Promise<PieceReport>;
  readonly stop: () => void;
}

/**
 * Scans the pieces on all cores, one of them this process's own, so that a single piece, or a single core, starts no
 * other. The reports come as they are done.
 */
export async function* scanInProcesses(
  pieces: readonly Piece[],
  terms: Terms,
  datasets: Datasets,
): AsyncGenerator<PieceReport> {
  const waiting = [...pieces];
  const children = Math.min(availableParallelism(), pieces.length) - 1;
  const lanes = [...Array.from({ length: children }, () => elsewhere(terms)), here(terms, datasets)];
  const running = new Map<Lane, Promise<{ readonly lane: Lane; readonly report: PieceReport }>>();
  const goOn = (lane: Lane): void => {
    running.delete(lane);
    const piece = waiting.shift();
    if (piece === undefined) lane.stop();
    else
      running.set(
        lane,
        lane.scan(piece).then((report) => ({ lane, report })),
      );
  };
  try {
    for (const lane of lanes) goOn(lane);
    while (running.size > 0) {
      const { lane, report } = await Promise.race(running.values());
      goOn(lane);
      yield report;
    }
  } finally {
    // What is still under way is for nobody any more, and its end is no news.
    for (const result of running.values()) result.catch(() => undefined);
    for (const lane of lanes) lane.stop();
  }
}

/** It begins at once, while other processes are still starting. */
function here({ schema }: Terms, datasets: Datasets): Lane {
  return { scan: async (piece) => scanPiece(piece, schema, datasets), stop: () => undefined };
}

/**
 * Processes, not threads: they take over how this one was started, so the same works before and after the build.
 * Reports hold maps and typed arrays, which JSON would lose.
 */
function elsewhere(terms: Terms): Lane {
  const file = new URL(`./scan-process${extname(import.meta.url)}`, import.meta.url);
  const child = fork(file, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return { scan: async (piece) => scanned(child, { piece, ...terms }), stop: () => void child.kill() };
}

async function scanned(child: ChildProcess, order: Order): Promise<PieceReport> {
  const answer = await new Promise<Answer>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code, signal) =>
      reject(new OpsError('unexpected', `a process that scans data ended with ${signal ?? code}`)),
    );
    child.send(order);
  });
  child.removeAllListeners('exit');
  if ('code' in answer) throw new OpsError(answer.code, answer.detail);
  return answer.report;
}
