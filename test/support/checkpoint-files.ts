import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The sandbox's seed, a real TRL GRPO checkpoint: `checkpoint-2` of a single-process run. */
export const seedCheckpoint = fileURLToPath(new URL('../../sandbox/seed/checkpoint/', import.meta.url));

export function seedFile(name: string): Uint8Array {
  // A copy, because `slice` of a Buffer is a view: a test that damages the bytes would damage them for all tests.
  return new Uint8Array(readFileSync(`${seedCheckpoint}${name}`));
}

/** Larger samples that are stored outside the repository. Tests that need them are skipped if they are missing. */
export const sharedFixtures = fileURLToPath(new URL('../../../shared/fixtures/', import.meta.url));
export const hasSharedFixtures = existsSync(sharedFixtures);

export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export const lfsPointer = textBytes(
  `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d7a'.repeat(16)}\nsize 207584\n`,
);

/** Safetensors bytes with this header and this much data; the header may be wrong on purpose. */
export function safetensors(header: unknown, dataBytes: number): Uint8Array {
  const json = textBytes(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return Buffer.concat([length, json, new Uint8Array(dataBytes)]);
}
