import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { RelightProcess } from '../../../../sandbox/relight-process.ts';
import { openInspector } from './inspector.ts';

/** What a process uses, after it has collected its garbage. Memory in MB. */
export interface Usage extends Handles {
  readonly at: number;
  readonly heap: number;
  /** The heap without what V8 compiled. */
  readonly data: number;
  /** `VmRSS` in proc(5). */
  readonly rss: number;
}

/** Open file descriptors, and how many of them are sockets. */
export interface Handles {
  readonly handles: number;
  readonly sockets: number;
}

export interface Meter {
  readonly samples: readonly Usage[];
  readonly sample: () => Promise<void>;
  /** What the process has open now. */
  readonly handles: () => Handles;
  readonly close: () => void;
}

export async function meterOf(relight: RelightProcess): Promise<Meter> {
  const inspector = await openInspector(relight);
  const samples: Usage[] = [];
  return {
    samples,
    sample: async () => {
      const { heap, code } = await inspector.collect();
      const [rss, handles] = [residentMegabytes(relight.pid), handlesOf(relight.pid)];
      samples.push({ at: Date.now(), heap: heap / 1e6, data: (heap - code) / 1e6, rss, ...handles });
    },
    handles: () => handlesOf(relight.pid),
    close: () => inspector.close(),
  };
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) * 1_024) / 1e6;
}

function handlesOf(pid: number): Handles {
  const targets = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      // It was closed after it was listed.
      return [];
    }
  });
  return { handles: targets.length, sockets: targets.filter((one) => one.startsWith('socket:')).length };
}
