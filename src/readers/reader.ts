import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { asOpsError, OpsError } from '../errors.ts';
import { ownModule } from '../playbooks/own-files.ts';
import type { ByteLocation } from '../ports/reading.ts';
import type { SourceFingerprint } from '../training-data/fix/plan/plan-fix.ts';
import { causeOf, type Ended, endOf, ReaderDied } from './reader-end.ts';
import type { Failure, FromReader, TaskRequest, ToReader } from './tasks.ts';

export type MayWrite = (sources: readonly SourceFingerprint[]) => Promise<void>;

/** The module that reader processes run. */
export const readerModule = ownModule('readers/reader-process');

/** By default V8 lets 48 MB of garbage pile up before it collects any, which a reader of many files always reaches. */
const smallHeap = ['--max-semi-space-size=4'];

/** A process that reads user files, one task at a time. */
export class Reader {
  /** Settles when it has loaded its modules, or has ended. */
  readonly started: Promise<void>;
  readonly #child: ChildProcess;
  #ended = false;
  #end: Ended | undefined;
  #died: (end: Ended) => void = () => undefined;

  constructor(module: URL) {
    this.#child = fork(module, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [...process.execArgv, ...smallHeap],
    });
    // Clicks are acknowledged on the same cores, and a person waits for them.
    if (this.#child.pid !== undefined) setPriority(this.#child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    // An idle reader must not keep the command running.
    this.#child.unref();
    this.#child.channel?.unref();
    const end = endOf(this.#child).then((ended) => {
      this.#end = ended;
      this.#died(ended);
    });
    this.started = Promise.race([readinessOf(this.#child), end]);
    this.#child.once('exit', () => {
      this.#ended = true;
    });
    // A process that cannot be started or reached has ended too: `exit` or the next request reports that.
    this.#child.on('error', () => undefined);
  }

  get ended(): boolean {
    return this.#ended;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  /** Throws ReaderDied, or the OpsError of the task. */
  async run(request: TaskRequest, mayWrite: MayWrite): Promise<unknown> {
    const child = this.#child;
    child.ref();
    child.channel?.ref();
    let place: ByteLocation | undefined;
    let crashed: string | undefined;
    try {
      return await new Promise((resolve, reject) => {
        this.#died = (end) => reject(new ReaderDied(crashed ?? causeOf(...end), place));
        if (this.#end !== undefined) this.#died(this.#end);
        child.on('message', (message: FromReader) => {
          if ('at' in message) place = message.at;
          if ('crashed' in message) crashed = message.crashed;
          if ('asks' in message) void this.#answer(message.asks, mayWrite);
          if ('failed' in message) reject(opsErrorOf(message.failed));
          if ('done' in message) resolve(message.done);
        });
        this.#send({ request });
      });
    } finally {
      child.removeAllListeners('message');
      child.unref();
      child.channel?.unref();
    }
  }

  async #answer(sources: readonly SourceFingerprint[], mayWrite: MayWrite): Promise<void> {
    try {
      await mayWrite(sources);
      this.#send({ answer: undefined });
    } catch (thrown) {
      const { code, detail, refused } = asOpsError(thrown);
      this.#send({ answer: { code, detail, refused } });
    }
  }

  #send(message: ToReader): void {
    // An error here means that the process has ended; `exit` has the reason.
    this.#child.send(message, () => undefined);
  }
}

async function readinessOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('message', () => resolve());
  });
}

function opsErrorOf({ code, detail, refused }: Failure): OpsError {
  return new OpsError(code, detail, { refused });
}
