import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { readLimit } from '../../src/checkpoints/formats/ranged-file.ts';
import { folderOf, putCheckpoint } from '../support/a-training-run.ts';
import { safetensors } from '../support/checkpoint-files.ts';
import { gradeNewest, reasonLines } from '../support/grade-newest.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';

const folder = folderOf(1300);
let memory: MemoryCheckpoints;

beforeEach(() => {
  memory = new MemoryCheckpoints();
  putCheckpoint(memory, 1300, 5);
});

describe('reads of checkpoint files from S3', () => {
  it('stay below 1 MiB per file even for 5 GB of weights, and reveal that they were truncated', async () => {
    const header = JSON.stringify(
      Object.fromEntries(
        Array.from({ length: 5_000 }, (_, i) => [
          `model.layers.${i}.weight`,
          { dtype: 'BF16', shape: [512, 1024], data_offsets: [i * 2 ** 20, (i + 1) * 2 ** 20] },
        ]),
      ),
    );
    const start = safetensors(header, 0);
    const size = start.length + 5_000 * 2 ** 20;
    const sparse = (bytes: number): void =>
      memory.put(`${folder}model.safetensors`, {
        size: bytes,
        read: (from, length) =>
          Buffer.concat([start.subarray(from, from + length), Buffer.alloc(length)]).subarray(0, length),
      });
    sparse(size);
    expect(await gradeNewest(memory)).toMatchObject({ grade: 'valid' });
    expect(memory.bytesRead.get(`${folder}model.safetensors`)).toBeGreaterThan(64 * 1024);
    for (const [file, read] of memory.bytesRead) expect(read, file).toBeLessThanOrEqual(readLimit);
    sparse(size - 1);
    expect(reasonLines(await gradeNewest(memory))).toEqual([
      expect.stringContaining('was truncated: its header declares 5,243,'),
    ]);
  });

  it('never make a truncated file valid, whichever file and wherever it was truncated', async () => {
    const names = [
      'model.safetensors',
      'optimizer.pt',
      'scheduler.pt',
      'rng_state.pth',
      'trainer_state.json',
      'config.json',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (name, share) => {
          putCheckpoint(memory, 1300, 5);
          const text = memory.bytesOf(folder + name);
          const end = name.endsWith('.json') ? text.lastIndexOf(0x7d) : text.length;
          memory.change(folder + name, (bytes) => bytes.slice(0, Math.floor(end * share)));
          expect((await gradeNewest(memory))?.grade).toBe('invalid');
        },
      ),
      { numRuns: 150 },
    );
  });

  it('survive bit flips anywhere', async () => {
    const names = ['model.safetensors', 'optimizer.pt', 'trainer_state.json', 'config.json'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.nat(), fc.nat(7), async (name, at, bit) => {
        putCheckpoint(memory, 1300, 5);
        memory.change(folder + name, (bytes) =>
          bytes.map((byte, index) => (index === at % bytes.length ? byte ^ (1 << bit) : byte)),
        );
        expect(['valid', 'degraded', 'invalid']).toContain((await gradeNewest(memory))?.grade);
      }),
      { numRuns: 150 },
    );
  });
});
