import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The real TRL GRPO checkpoint that the sandbox is seeded with: `checkpoint-2` of a run of one process. */
export const seedCheckpoint = fileURLToPath(new URL('../../sandbox/seed/checkpoint/', import.meta.url));

export function seedFile(name: string): Uint8Array {
  // A copy: `slice` of a Buffer is a view, and a test that damages bytes would damage them for all.
  return new Uint8Array(readFileSync(`${seedCheckpoint}${name}`));
}

/** Larger samples that are kept beside the project; tests that want them are skipped where they are not. */
export const sharedFixtures = fileURLToPath(new URL('../../../shared/fixtures/', import.meta.url));
export const hasSharedFixtures = existsSync(sharedFixtures);

export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export const lfsPointer = textBytes(
  `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d7a'.repeat(16)}\nsize 207584\n`,
);

/** Safetensors bytes with this header and so much data; the header may lie. */
export function safetensors(header: unknown, dataBytes: number): Uint8Array {
  const json = textBytes(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return Buffer.concat([length, json, new Uint8Array(dataBytes)]);
}
