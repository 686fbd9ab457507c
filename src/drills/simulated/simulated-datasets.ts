import { createHash } from 'node:crypto';
import { OpsError } from '../../errors.ts';
import type { Datasets, FixedData, StoredObject } from '../../ports/datasets.ts';
import type { S3Uri } from '../../ports/ports.ts';
import type { Simulation } from '../simulation.ts';
import { objectsOf, type SimulatedObject, write } from './objects.ts';

/** Training data in the simulated S3. */
export function simulatedDatasets(simulation: Simulation): Datasets {
  return {
    objects: async (uri) => {
      const objects = await objectsOf(simulation);
      const exact = objects.get(uri);
      if (exact !== undefined) return [storedAt(uri, exact)];
      return (
        [...objects]
          // Keys are addresses of the simulated S3.
          .flatMap(([key, object]) => (key.startsWith(uri) ? [storedAt(key as S3Uri, object)] : []))
          .toSorted((one, other) => (one.key < other.key ? -1 : 1))
      );
    },
    async *open({ uri, etag, key }, { start, length } = { start: 0, length: Number.POSITIVE_INFINITY }) {
      const object = (await objectsOf(simulation)).get(uri);
      if (object?.etag !== etag) throw new OpsError('data-changed', key);
      yield object.bytes.subarray(start, Math.min(start + length, object.bytes.length));
    },
  };
}

/** Writes of new objects; one that exists must be the same. */
export function simulatedFixedData(simulation: Simulation): FixedData {
  return {
    put: async (uri, chunks) => {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      const bytes = Buffer.concat(parts);
      const isNew = await write(simulation, uri, { bytes });
      const standing = (await objectsOf(simulation)).get(uri)?.bytes ?? bytes;
      if (!isNew && !bytes.equals(standing)) throw new OpsError('fix-taken', uri);
      return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
  };
}

function storedAt(uri: S3Uri, { bytes, etag }: SimulatedObject): StoredObject {
  return { uri, key: uri.slice(uri.indexOf('/', 5) + 1), size: bytes.length, etag };
}
