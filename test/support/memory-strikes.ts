import type { S3Uri, Strikes } from '../../src/ports/ports.ts';

/** Checkpoints that are struck out, as long as the test runs. */
export function memoryStrikes(): Strikes {
  const struck = new Map<S3Uri, string>();
  return {
    add: async (uri, why) => void struck.set(uri, struck.get(uri) ?? why),
    among: async (uris) => new Map([...struck].filter(([uri]) => uris.includes(uri))),
  };
}
