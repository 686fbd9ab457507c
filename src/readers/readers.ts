import { LRUCache } from 'lru-cache';
import type { SessionRequest } from '../aws/sessions/session-request.ts';
import type { GradeRequest } from '../checkpoints/grading/grade.ts';
import { OpsError, type OpsErrorCode } from '../errors.ts';
import type { Checkpoints } from '../ports/ports.ts';
import type { DataFixes } from '../training-data/fix/run-fix.ts';
import { type MayWrite, Reader, readerModule } from './reader.ts';
import { ReaderDied } from './reader-end.ts';
import { keyOf, type ReaderSetup, type TaskName, type TaskRequest, type Tasks } from './tasks.ts';

/** Runs tasks that read user files in separate processes, so that a damaged or hostile file kills only its reader. */
export interface Readers {
  readonly run: <Name extends TaskName>(
    task: Name,
    input: Tasks[Name]['input'],
    mayWrite?: MayWrite,
    /** When it is aborted, the reader is killed and its task throws the reason. */
    signal?: AbortSignal,
  ) => Promise<Tasks[Name]['output']>;
  readonly close: () => void;
}

interface Options extends ReaderSetup {
  /** The maximum number of processes. */
  readonly max: number;
  readonly module?: URL;
}

/** How long a location that killed a reader is skipped. Not forever, since the cause may have been low memory. */
const refusedMs = 10 * 60_000;
const maxRefused = 1_000;
/** Each crash takes seconds, so a file that kills this many readers is given up as a whole. */
const maxDeaths = 4;
/** An idle reader uses about 100 MB. */
const idleMs = 60_000;

export function createReaders({ max, module = readerModule, ...setup }: Options): Readers {
  const refused = new LRUCache<string, string>({ max: maxRefused, ttl: refusedMs });
  const pool = new ReaderPool(max, module);

  const attempt = async (
    request: Omit<TaskRequest, 'refused' | 'setup'>,
    mayWrite: MayWrite,
    signal: AbortSignal | undefined,
  ): Promise<unknown> => {
    const reader = await pool.take();
    const stop = (): void => reader.stop();
    try {
      signal?.throwIfAborted();
      signal?.addEventListener('abort', stop);
      return await reader.run({ ...request, setup, refused: [...refused.entries()] }, mayWrite);
    } finally {
      signal?.removeEventListener('abort', stop);
      pool.release(reader);
    }
  };

  return {
    run: async (task, input, mayWrite = async () => undefined, signal?: AbortSignal) => {
      for (let deaths = 1; ; deaths += 1)
        try {
          // The reader answers each task in the type of its output.
          return (await attempt({ task, input }, mayWrite, signal)) as Tasks[typeof task]['output'];
        } catch (thrown) {
          signal?.throwIfAborted();
          if (!(thrown instanceof ReaderDied)) throw thrown;
          const { place, why } = thrown;
          if (place !== undefined) refused.set(keyOf(place), why);
          // Without a location, an earlier task killed the process, not this one.
          if (deaths >= maxDeaths)
            throw new OpsError(codeOf(task), `${place?.uri ?? task}: ${why}`, { cause: thrown });
        }
    },
    close: () => pool.close(),
  };
}

function codeOf(task: TaskName): OpsErrorCode {
  return task === 'grade-checkpoint' ? 'unexpected' : 'data-scan-broke';
}

/**
 * Hands out an idle reader, a new one, or the next one that is released.
 *
 * A new one uses a core for about a second. They start one after another, because clicks are acknowledged on the same
 * cores: with eight of them starting at once, an acknowledgment took half a second.
 */
class ReaderPool {
  readonly #most: number;
  readonly #module: URL;
  readonly #idle = new Map<Reader, NodeJS.Timeout>();
  readonly #all = new Set<Reader>();
  readonly #waiting: (() => void)[] = [];
  #isStarting = false;

  constructor(most: number, module: URL) {
    this.#most = most;
    this.#module = module;
  }

  async take(): Promise<Reader> {
    while (this.#busy >= this.#most || (this.#idle.size === 0 && this.#isStarting))
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    for (const [reader, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(reader);
      if (!reader.ended) return reader;
      this.#all.delete(reader);
    }
    return this.#start();
  }

  #start(): Reader {
    const reader = new Reader(this.#module);
    this.#all.add(reader);
    this.#isStarting = true;
    void reader.started.then(() => {
      this.#isStarting = false;
      this.#waiting.shift()?.();
    });
    return reader;
  }

  release(reader: Reader): void {
    if (reader.ended) this.#all.delete(reader);
    else this.#idle.set(reader, setTimeout(() => this.#end(reader), idleMs).unref());
    this.#waiting.shift()?.();
  }

  close(): void {
    for (const reader of this.#all) this.#end(reader);
  }

  get #busy(): number {
    return this.#all.size - this.#idle.size;
  }

  #end(reader: Reader): void {
    clearTimeout(this.#idle.get(reader));
    this.#idle.delete(reader);
    this.#all.delete(reader);
    reader.stop();
  }
}

/** Training-data fixes, run in reader processes. `session`: what the reader writes with, if not its own credentials. */
export function fixesBy(readers: Readers, session?: SessionRequest): DataFixes {
  return {
    plan: async (job) => readers.run('plan-fix', job),
    run: async (job, { by, ready, signal }) =>
      readers.run('run-fix', { job, by, ...(session && { session }) }, ready, signal),
  };
}

/** The same checkpoints, graded in reader processes. */
export function gradedBy<C extends Checkpoints>(readers: Readers, checkpoints: C): C {
  return {
    ...checkpoints,
    grade: async (question) => readers.run('grade-checkpoint', question as GradeRequest),
  };
}
