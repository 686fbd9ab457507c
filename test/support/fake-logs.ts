import type { LogLine, Logs } from '../../src/ports/ports.ts';

/** CloudWatch Logs as far as actions see them. */
export interface FakeLogs extends Logs {
  /** The logs of jobs whose hosts matter, by job and host. */
  readonly hosts: Map<string, Readonly<Record<string, readonly LogLine[]>>>;
}

/** `first` is the log of the first host, by job. */
export function fakeLogs(first: ReadonlyMap<string, readonly string[]>): FakeLogs {
  const hosts: FakeLogs['hosts'] = new Map();
  return {
    hosts,
    tail: async (job) => first.get(job) ?? [],
    streams: async (job) =>
      Object.keys(hosts.get(job) ?? {}).map((host) => ({ name: `${job}/${host}-1762257000`, host })),
    newest: async ({ name, host }, lines) => {
      const [job = ''] = name.split('/');
      return (hosts.get(job)?.[host] ?? []).slice(-lines);
    },
  };
}
