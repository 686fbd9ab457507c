import { createHash } from 'node:crypto';
import { OpsError } from '../../src/errors.ts';
import type { FixedData } from '../../src/ports/datasets.ts';
import type { MemoryDatasets } from './memory-datasets.ts';

/** Writes to in-memory data sets, following the port's contract: an existing object must be identical and is kept. */
export function memoryFixedData(datasets: MemoryDatasets): FixedData {
  return {
    put: async (uri, chunks) => {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      const bytes = Buffer.concat(parts);
      const existing = datasets.stored.get(uri);
      if (existing === undefined) datasets.put(uri, bytes);
      else if (!bytes.equals(existing.bytes)) throw new OpsError('fix-taken', uri);
      return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
  };
}
