import type { Blocklist, S3Uri } from '../../src/ports/ports.ts';

/** A blocklist of checkpoints in memory. */
export function memoryBlocklist(): Blocklist {
  const blocked = new Map<S3Uri, string>();
  return {
    add: async (uri, why) => void blocked.set(uri, blocked.get(uri) ?? why),
    among: async (uris) => new Map([...blocked].filter(([uri]) => uris.includes(uri))),
  };
}
