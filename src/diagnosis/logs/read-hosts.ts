import { OpsError } from '../../errors.ts';
import { append } from '../../ports/collections.ts';
import type { LogStream, Logs } from '../../ports/ports.ts';
import type { HostLog } from './voices.ts';

/** Lines per host; the tracebacks of eight ranks and the report of torchrun are about 700 lines. */
const maxLinesPerHost = 1_000;
/** GetLogEvents allows 25 calls per second per account: reading this many hosts, four at a time, takes a few seconds. */
const maxHosts = 64;
const concurrency = 4;

export interface HostsRead {
  readonly logs: readonly HostLog[];
  /** Hosts beyond the limit. */
  readonly left: number;
  /** The error that ended the reading; the logs before it were read. */
  readonly failed?: OpsError;
}

/** Reads the end of the log of every host: any rank can be the first that fails. */
export async function readHosts(port: Logs, job: string): Promise<HostsRead> {
  const logs: HostLog[] = [];
  try {
    const streams = await port.streams(job);
    const read = streams.slice(0, maxHosts);
    for (let first = 0; first < read.length; first += concurrency)
      append(logs, await readSome(port, read.slice(first, first + concurrency)));
    return { logs, left: streams.length - read.length };
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    return { logs, left: 0, failed: thrown };
  }
}

async function readSome(port: Logs, streams: readonly LogStream[]): Promise<readonly HostLog[]> {
  return Promise.all(
    streams.map(async (stream) => ({ host: stream.host, lines: await port.newest(stream, maxLinesPerHost) })),
  );
}
