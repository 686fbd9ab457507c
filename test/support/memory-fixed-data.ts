import { createHash } from 'node:crypto';
import { OpsError } from '../../src/errors.ts';
import type { FixedData } from '../../src/ports/datasets.ts';
import type { MemoryDatasets } from './memory-datasets.ts';

/** Writes among the data sets in memory, as the port says: what stands there must be the same, and stays. */
export function memoryFixedData(datasets: MemoryDatasets): FixedData {
  return {
    put: async (uri, chunks) => {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      const bytes = Buffer.concat(parts);
      const standing = datasets.stored.get(uri);
      if (standing === undefined) datasets.put(uri, bytes);
      else if (!bytes.equals(standing.bytes)) throw new OpsError('fix-taken', uri);
      return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
  };
}
