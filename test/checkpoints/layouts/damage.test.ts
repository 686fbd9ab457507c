import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { root } from '../../support/a-training-run.ts';
import { gradeFirst, reasonLines } from '../../support/grade-newest.ts';
import { MemoryCheckpoints } from '../../support/memory-checkpoints.ts';
import {
  type Put,
  putAdapter,
  putDcp,
  putDeepSpeed,
  putNemo,
  putText,
  putVerl,
  putZero3,
  torchFile,
  writtenAt,
} from './a-layout.ts';

const putUnknown: Put = (memory, folder) => {
  memory.put(`${folder}net.ckpt`, torchFile, writtenAt);
  memory.put(`${folder}state.ckpt`, torchFile, writtenAt);
};

interface Written {
  readonly name: (step: number) => string;
  readonly put: Put;
  /** The best grade that an intact checkpoint can get. */
  readonly best: 'valid' | 'degraded';
  /** Files whose content is checked. For the others only sizes and earlier checkpoints matter. */
  readonly read: RegExp;
}

const layouts: Readonly<Record<string, Written>> = {
  deepspeed: { name: (n) => `global_step${n}`, put: putDeepSpeed, best: 'valid', read: /./ },
  zero3: { name: (n) => `global_step${n}`, put: putZero3, best: 'valid', read: /./ },
  verl: { name: (n) => `global_step_${n}`, put: putVerl, best: 'valid', read: /./ },
  dcp: { name: (n) => `step_${n}`, put: putDcp, best: 'valid', read: /./ },
  nemo: { name: (n) => `m--step=${n}-last`, put: putNemo, best: 'valid', read: /^weights\// },
  peft: { name: (n) => `step-${n}`, put: putAdapter, best: 'degraded', read: /./ },
  unknown: { name: (n) => `step_${n}`, put: putUnknown, best: 'degraded', read: /^$/ },
};

function layoutNamed(kind: string): Written {
  const layout = layouts[kind];
  if (layout === undefined) throw new Error(kind);
  return layout;
}

interface Case {
  readonly memory: MemoryCheckpoints;
  readonly folder: `s3://${string}`;
  readonly files: readonly string[];
}

async function written({ name, put, read }: Written): Promise<Case> {
  const memory = new MemoryCheckpoints();
  const folder = `${root}${name(1300)}/` as const;
  put(memory, folder, 1300);
  putText(memory, `${root}latest`, 'global_step1300');
  putText(memory, `${root}latest_checkpointed_iteration.txt`, '1300');
  const files = (await memory.files(folder)).map((file) => file.name).filter((file) => read.test(file));
  return { memory, folder, files };
}

const kinds = Object.entries(layouts);

describe('damage to a checkpoint without earlier ones to compare', () => {
  it.each(kinds)('%s: an intact checkpoint gets the best grade of its layout', async (_, layout) => {
    const { memory, folder } = await written(layout);
    expect(await gradeFirst(memory, [{ uri: folder, step: 1300 }])).toMatchObject({ grade: layout.best });
  });

  it.each(kinds.filter(([kind]) => kind !== 'unknown'))(
    '%s: any file truncated anywhere makes it invalid',
    async (_, layout) => {
      const fresh = await written(layout);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...fresh.files),
          fc.double({ min: 0, max: 0.9999, noNaN: true }),
          async (file, share) => {
            const { memory, folder } = await written(layout);
            // JSON ends with its last brace, so bytes after it may be lost.
            memory.change(folder + file, (bytes) => bytes.slice(0, Math.floor((bytes.length - 1) * share)));
            const graded = await gradeFirst(memory, [{ uri: folder, step: 1300 }]);
            expect(graded?.grade, reasonLines(graded).join('\n')).toBe('invalid');
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  it.each([
    ['dcp', '.metadata'],
    ['nemo', 'weights/.metadata'],
  ])('%s: %s cut to any of its first bytes makes it invalid', async (kind, file) => {
    for (let length = 0; length < 16; length += 1) {
      const { memory, folder } = await written(layoutNamed(kind));
      memory.change(folder + file, (bytes) => bytes.slice(0, length));
      const graded = await gradeFirst(memory, [{ uri: folder, step: 1300 }]);
      expect(graded?.grade, `${length} bytes`).toBe('invalid');
    }
  });

  it.each(kinds)('%s: any missing file lowers the grade', async (_, layout) => {
    const fresh = await written(layout);
    for (const file of fresh.files) {
      const { memory, folder } = await written(layout);
      memory.remove(folder + file);
      const graded = await gradeFirst(memory, [{ uri: folder, step: 1300 }], { worldSize: 4 });
      expect(['degraded', 'invalid'], `${file}\n${reasonLines(graded).join('\n')}`).toContain(graded?.grade);
    }
  });

  it.each(kinds)('%s: grading survives flipped bits anywhere', async (_, layout) => {
    const fresh = await written(layout);
    const files = (await fresh.memory.files(root)).map(({ name }) => name);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.nat(), fc.nat(7), async (file, at, bit) => {
        const { memory, folder } = await written(layout);
        memory.change(root + file, (bytes) =>
          bytes.map((byte, index) => (index === at % bytes.length ? byte ^ (1 << bit) : byte)),
        );
        const graded = await gradeFirst(memory, [{ uri: folder, step: 1300 }]);
        expect(['valid', 'degraded', 'invalid']).toContain(graded?.grade);
      }),
      { numRuns: 60 },
    );
  });
});

/** Bytes that determine the length or type of something: the trainer fails if one bit is flipped there. */
const headers: readonly (readonly [kind: string, file: string, at: (size: number) => readonly number[]])[] = [
  ['dcp', '.metadata', () => [0]],
  // The end record of the zip archive (signature, entries, size and position of the directory), then the zip64
  // records.
  [
    'dcp',
    '__0_0.distcp',
    (size) => [...range(size - 98 + 32, 24), ...range(size - 42, 4), ...range(size - 34, 8)],
  ],
  [
    'deepspeed',
    'mp_rank_00_model_states.pt',
    (size) => [...range(size - 22, 4), ...range(size - 98 + 40, 16)],
  ],
  [
    'verl',
    'actor/optim_world_size_4_rank_1.pt',
    (size) => [...range(size - 22, 4), ...range(size - 98 + 40, 16)],
  ],
  ['peft', 'adapter_model.safetensors', () => range(0, 8)],
];

function range(from: number, length: number): readonly number[] {
  return Array.from({ length }, (_, index) => from + index);
}

describe('one flipped bit in a header', () => {
  it.each(headers)('of %s in %s makes the checkpoint invalid, wherever it is', async (kind, file, at) => {
    const { memory, folder } = await written(layoutNamed(kind));
    const whole = memory.bytesOf(folder + file);
    for (const place of at(whole.length))
      for (let bit = 0; bit < 8; bit += 1) {
        memory.put(
          folder + file,
          whole.map((byte, index) => (index === place ? byte ^ (1 << bit) : byte)),
          writtenAt,
        );
        const graded = await gradeFirst(memory, [{ uri: folder, step: 1300 }]);
        expect(graded?.grade, `bit ${bit} of byte ${place} of ${whole.length}`).toBe('invalid');
      }
  });
});
