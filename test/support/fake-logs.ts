import type { LogLine, Logs } from '../../src/ports/ports.ts';

/** In-memory CloudWatch Logs for actions. */
export interface FakeLogs extends Logs {
  /** Logs by job and host, for multi-host jobs. */
  readonly hosts: Map<string, Readonly<Record<string, readonly LogLine[]>>>;
}

/** `first` has the log of the first host, by job. */
export function fakeLogs(first: ReadonlyMap<string, readonly string[]>): FakeLogs {
  const hosts: FakeLogs['hosts'] = new Map();
  return {
    hosts,
    tail: async (job) => first.get(job) ?? [],
    streams: async (job) =>
      Object.keys(hosts.get(job) ?? firstOnly(first.get(job))).map((host) => ({
        name: `${job}/${host}-1762257000`,
        host,
      })),
    newest: async ({ name, host }, lines) => {
      const [job = ''] = name.split('/');
      return ((hosts.get(job) ?? firstOnly(first.get(job)))[host] ?? []).slice(-lines);
    },
  };
}

function firstOnly(lines: readonly string[] | undefined): Readonly<Record<string, readonly LogLine[]>> {
  return lines === undefined ? {} : { 'algo-1': lines.map((text) => ({ at: 0, text })) };
}
