import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FormatCheck } from '../../src/checkpoints/formats/check.ts';
import { RangedFile } from '../../src/checkpoints/formats/ranged-file.ts';
import { checkTorchZip } from '../../src/checkpoints/formats/torch-zip.ts';
import { hasSharedFixtures, lfsPointer, seedFile, sharedFixtures } from '../support/checkpoint-files.ts';

async function check(bytes: Uint8Array): Promise<FormatCheck> {
  return checkTorchZip(
    new RangedFile('optimizer.pt', bytes.length, async (start, length) => bytes.slice(start, start + length)),
  );
}

const good = seedFile('optimizer.pt');

/** A big file as torch writes it, whose directory is not in the last 64 KiB. */
function withDirectoryOf(entries: number): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (let index = 0; index < entries; index += 1) {
    const name = Buffer.from(
      index < 2 ? `optimizer/${['data.pkl', 'version'][index]}` : `optimizer/data/${index}`,
    );
    const local = Buffer.concat([Buffer.alloc(30), name]);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    directory.push(entry, name);
    parts.push(local);
    at += local.length;
  }
  const listing = Buffer.concat(directory);
  const zip64 = Buffer.alloc(56 + 20);
  zip64.writeUInt32LE(0x06064b50);
  zip64.writeBigUInt64LE(BigInt(entries), 32);
  zip64.writeBigUInt64LE(BigInt(listing.length), 40);
  zip64.writeBigUInt64LE(BigInt(at), 48);
  zip64.writeUInt32LE(0x07064b50, 56);
  zip64.writeBigUInt64LE(BigInt(at + listing.length), 64);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  return Buffer.concat([...parts, listing, zip64, end]);
}

describe('check of torch.save files', () => {
  it('accepts optimizer, scheduler and random state of a real training run', async () => {
    for (const name of ['optimizer.pt', 'scheduler.pt', 'rng_state.pth'])
      expect(await check(seedFile(name)), name).toEqual({ problems: [] });
  });

  it.skipIf(!hasSharedFixtures)(
    'accepts files of other torch versions (needs ../shared/fixtures)',
    async () => {
      const folder = `${sharedFixtures}torch-zip-samples/`;
      for (const sample of readdirSync(folder))
        expect(await check(readFileSync(folder + sample)), sample).toEqual({ problems: [] });
    },
  );

  it('reports a truncated file when the directory at its end is missing', async () => {
    expect((await check(good.subarray(0, 300_000))).problems).toEqual([
      'was truncated: 300,000 bytes, and the zip directory that torch writes last is missing',
    ]);
  });

  it('identifies an empty file, a Git LFS pointer and a file that is not an archive', async () => {
    expect((await check(new Uint8Array())).problems).toEqual(['is empty (0 bytes)']);
    expect((await check(lfsPointer)).problems).toEqual([
      `is a Git LFS pointer (${lfsPointer.length} bytes), not the file itself`,
    ]);
    expect((await check(Buffer.alloc(5000))).problems).toEqual([
      'is not a torch file: its 5,000 bytes are not a zip archive',
    ]);
  });

  it('finds a hole in the middle, where the end of one file was joined to the start of another', async () => {
    const glued = Buffer.concat([good.subarray(0, 100_000), good.subarray(150_000)]);
    expect((await check(glued)).problems).not.toEqual([]);
  });

  it('rejects a directory with a false number of entries or false positions', async () => {
    const zip64 = good.length - 22 - 20 - 56;
    const changed = (at: number, how: (value: number) => number): Uint8Array => {
      const bytes = good.slice();
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      view.setUint32(at, how(view.getUint32(at, true)), true);
      return bytes;
    };
    const begin = new DataView(good.buffer, good.byteOffset).getUint32(zip64 + 48, true);
    expect((await check(changed(zip64 + 32, (entries) => entries - 3))).problems).toEqual([
      'has a broken zip directory',
    ]);
    expect((await check(changed(zip64 + 40, (size) => size - 9))).problems).toEqual([
      expect.stringMatching(/^was truncated/),
    ]);
    expect((await check(changed(begin + 20, () => 400_000))).problems).toEqual([
      'has no room for its entry “optimizer/data.pkl”',
    ]);
  });

  it('rejects a zip archive that torch did not write', async () => {
    const other = Buffer.from(good).toString('latin1').replaceAll('data.pkl', 'data.txt');
    expect((await check(Buffer.from(other, 'latin1'))).problems).toEqual([
      'is a zip archive without data.pkl: torch did not write it',
    ]);
  });

  it('reads a directory longer than the first read, and leaves one over the limit unchecked', async () => {
    expect(await check(withDirectoryOf(3_000))).toEqual({ problems: [] });
    expect(await check(withDirectoryOf(30_000))).toEqual({
      problems: [],
      unchecked:
        'has a zip directory of 1.9 MiB for 30,000 entries, past the read limit of 1 MiB: not checked',
    });
  });

  it('leaves the format of torch before 1.6 unchecked, because checking it means running it', async () => {
    const legacy = Buffer.concat([Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex'), Buffer.alloc(4000)]);
    expect((await check(legacy)).unchecked).toMatch(/torch before 1.6/);
  });

  it('never accepts a truncated file and never throws on damage', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), async (length) => {
        expect((await check(good.subarray(0, length))).problems).not.toEqual([]);
      }),
      { numRuns: 200, examples: [[0], [3], [good.length - 1], [good.length - 22], [good.length - 100]] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(6000), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (flips) => {
          const bytes = good.slice();
          for (const [back, mask] of flips)
            bytes[bytes.length - 1 - back] = (bytes[bytes.length - 1 - back] ?? 0) ^ mask;
          expect(await check(bytes)).toHaveProperty('problems');
        },
      ),
      { numRuns: 500 },
    );
  });
});
