import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { OpsError } from '../errors.ts';
import type { Piece } from '../playbooks/data/piece.ts';
import type { PieceReport } from '../playbooks/data/piece-report.ts';
import type { Answer, Order } from './scan-process.ts';

/** Scans the pieces in as many processes as there are cores; the reports come as they are done. */
export async function* scanInProcesses(
  pieces: readonly Piece[],
  terms: Omit<Order, 'piece'>,
): AsyncGenerator<PieceReport> {
  const waiting = [...pieces];
  const running = new Map<ChildProcess, Promise<Done>>();
  try {
    for (const piece of waiting.splice(0, availableParallelism())) {
      const child = startChild();
      running.set(child, scanned(child, { piece, ...terms }));
    }
    while (running.size > 0) {
      const { child, report } = await Promise.race(running.values());
      const piece = waiting.shift();
      if (piece === undefined) stop(child, running);
      else running.set(child, scanned(child, { piece, ...terms }));
      yield report;
    }
  } finally {
    for (const child of running.keys()) stop(child, running);
  }
}

interface Done {
  readonly child: ChildProcess;
  readonly report: PieceReport;
}

/**
 * Processes, not threads: they take over how this one was started, so the same works before and after the build.
 * Reports hold maps and typed arrays, which JSON would lose.
 */
function startChild(): ChildProcess {
  const file = new URL(`./scan-process${extname(import.meta.url)}`, import.meta.url);
  return fork(file, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

async function scanned(child: ChildProcess, order: Order): Promise<Done> {
  const answer = await new Promise<Answer>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code, signal) =>
      reject(new OpsError('unexpected', `a process that scans data ended with ${signal ?? code}`)),
    );
    child.send(order);
  });
  child.removeAllListeners('exit');
  if ('code' in answer) throw new OpsError(answer.code, answer.detail);
  return { child, report: answer.report };
}

function stop(child: ChildProcess, running: Map<ChildProcess, Promise<Done>>): void {
  // What it still does is for nobody any more, and its end is no news.
  running.get(child)?.catch(() => undefined);
  running.delete(child);
  child.kill();
}
