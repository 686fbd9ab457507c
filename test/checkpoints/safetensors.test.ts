import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangedFile, readLimit } from '../../src/checkpoints/formats/ranged-file.ts';
import { checkSafetensors, type SafetensorsCheck } from '../../src/checkpoints/formats/safetensors.ts';
import {
  hasSharedFixtures,
  lfsPointer,
  safetensors,
  seedFile,
  sharedFixtures,
} from '../support/checkpoint-files.ts';

async function check(bytes: Uint8Array): Promise<SafetensorsCheck> {
  return checkSafetensors(
    new RangedFile('model.safetensors', bytes.length, async (start, length) =>
      bytes.slice(start, start + length),
    ),
  );
}

const good = seedFile('model.safetensors');
const one = (begin: number, end: number, shape: number[], dtype = 'F32'): unknown => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('check of safetensors weights', () => {
  it('accepts weights of a real training run', async () => {
    const { problems, unchecked, header } = await check(good);
    expect({ problems, unchecked }).toEqual({ problems: [], unchecked: undefined });
    expect(header?.tensors).toContain('lm_head.weight');
  });

  it.skipIf(!hasSharedFixtures)(
    'accepts every sample of the safetensors project (needs ../shared/fixtures)',
    async () => {
      const folder = `${sharedFixtures}safetensors-samples/`;
      const samples = readdirSync(folder);
      expect(samples.length).toBeGreaterThanOrEqual(10);
      for (const sample of samples)
        expect(await check(readFileSync(folder + sample)), sample).toMatchObject({ problems: [] });
    },
  );

  it('reports how much is missing from weights that were cut in half', async () => {
    expect((await check(good.subarray(0, 103_792))).problems).toEqual([
      'was truncated: its header declares 207,584 bytes, the object has 103,792',
    ]);
  });

  it('reports truncation inside the header', async () => {
    expect((await check(good.subarray(0, 500))).problems).toEqual([
      'was truncated: its header declares 2,144 bytes, the object has 500',
    ]);
  });

  it('identifies an empty file, a Git LFS pointer and text that was never weights', async () => {
    expect((await check(new Uint8Array())).problems).toEqual(['is empty (0 bytes)']);
    expect((await check(lfsPointer)).problems).toEqual([
      `is a Git LFS pointer (${lfsPointer.length} bytes), not the file itself`,
    ]);
    expect((await check(Buffer.from('<html>404 not found</html>'.repeat(100)))).problems).toEqual([
      'does not start with a header length: these are not safetensors weights',
    ]);
    expect((await check(good.subarray(0, 7))).problems).toEqual(['is only 7 bytes long']);
  });

  it('rejects weights with bytes beyond what the header declares', async () => {
    expect((await check(Buffer.concat([good, Buffer.alloc(3)]))).problems).toEqual([
      'is 3 bytes longer than its header declares',
    ]);
  });

  it.each([
    [
      'a hole between two tensors',
      { a: one(0, 8, [2]), b: one(12, 20, [2]) },
      20,
      'has a hole or an overlap before “b”',
    ],
    [
      'two overlapping tensors',
      { a: one(0, 8, [2]), b: one(4, 12, [2]) },
      12,
      'has a hole or an overlap before “b”',
    ],
    [
      'a first tensor that does not begin at 0',
      { a: one(4, 12, [2]) },
      12,
      'has a hole or an overlap before “a”',
    ],
    ['a shape that needs more bytes', { a: one(0, 8, [3]) }, 8, 'gives “a” 8 bytes, its shape needs 12'],
    ['an unknown dtype', { a: one(0, 8, [2], 'F31') }, 8, 'has the unknown dtype “F31” on “a”'],
    [
      'a tensor without offsets',
      { a: { dtype: 'F32', shape: [2] } },
      8,
      'does not describe the tensor “a” in its header',
    ],
    [
      'metadata that is not text',
      { __metadata__: { step: 3 }, a: one(0, 8, [2]) },
      8,
      'has a __metadata__ that is not text',
    ],
    ['a header that is a list', '[]      ', 8, 'has a header that is not JSON'],
    [
      'a repeated key',
      '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\\u0061":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
      8,
      'has the key “a” twice in its header',
    ],
    ['no tensors at all', {}, 0, 'contains no tensors'],
  ])('rejects %s', async (_what, header, dataBytes, problem) => {
    expect((await check(safetensors(header, dataBytes))).problems).toEqual([problem]);
  });

  it('accepts a header padded with spaces, empty tensors and half-byte numbers', async () => {
    const header = { a: one(0, 2, [4], 'F4'), none: one(2, 2, [0]), b: one(2, 10, [2]) };
    expect((await check(safetensors(`${JSON.stringify(header)}     `, 10))).problems).toEqual([]);
  });

  it('does not read a header over the limit, and says that it was not checked', async () => {
    const name = 'x'.repeat(readLimit);
    const { problems, unchecked } = await check(safetensors({ [name]: one(0, 8, [2]) }, 8));
    expect(problems).toEqual([]);
    expect(unchecked).toBe('has a header of 1 MiB, past the read limit of 1 MiB: not checked');
  });

  it('never accepts truncated weights and never throws on damage', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), async (length) => {
        expect((await check(good.subarray(0, length))).problems).not.toEqual([]);
      }),
      { numRuns: 300, examples: [[0], [1], [8], [9], [2143], [2144], [good.length - 1]] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2200), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (flips) => {
          const bytes = good.slice();
          for (const [at, mask] of flips) bytes[at] = (bytes[at] ?? 0) ^ mask;
          expect(await check(bytes)).toHaveProperty('problems');
        },
      ),
      { numRuns: 500 },
    );
  });
});
