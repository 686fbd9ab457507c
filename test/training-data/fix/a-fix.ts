import { gunzipSync } from 'node:zlib';
import { defaultDropLimit, type FixJob, type FixResult } from '../../../src/training-data/fix/fix-job.ts';
import { runFix } from '../../../src/training-data/fix/run-fix.ts';
import { MemoryDatasets } from '../../support/memory-datasets.ts';
import { memoryFixedData } from '../../support/memory-fixed-data.ts';

export const from = 's3://srl-rlvr-training/data/gold/';
export const target = 's3://srl-rlvr-training/fixed-data/try-1/';

export function jobFor(changes: Partial<FixJob> = {}): FixJob {
  return {
    sources: [{ channel: 'train', uri: from }],
    schema: 'auto',
    changes: {},
    approved: [],
    dropLimit: defaultDropLimit,
    target,
    ...changes,
  };
}

type Files = Readonly<Record<string, string | Uint8Array>>;

export function dataSet(files: Files, below = from): MemoryDatasets {
  const datasets = new MemoryDatasets();
  for (const [name, body] of Object.entries(files)) datasets.put(`${below}${name}`, body);
  return datasets;
}

export async function fixIn(datasets: MemoryDatasets, changes: Partial<FixJob> = {}): Promise<FixResult> {
  const run = { by: 'i-1/fixed/1', ready: async () => undefined };
  return runFix(jobFor(changes), run, { datasets, fixedData: memoryFixedData(datasets) });
}

/** The objects below an address, keyed by the rest of the address; gzip is decompressed. */
export function standing(datasets: MemoryDatasets, below: string): Record<string, string> {
  return Object.fromEntries(
    [...datasets.stored]
      .filter(([uri]) => uri.startsWith(below))
      .map(([uri, { bytes }]) => [uri.slice(below.length), textOf(bytes)]),
  );
}

function textOf(bytes: Uint8Array): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return Buffer.from(isGzip ? gunzipSync(bytes) : bytes).toString('utf8');
}
