import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { seedCheckpoint, seedFile } from '../support/checkpoint-files.ts';
import { putObject } from '../support/put-object.ts';
import { runRelight } from '../support/run-relight.ts';

const Bucket = 'srl-rlvr-training';
const mb = 1024 * 1024;
/** Far more than a command needs on a busy machine, and far less than reading the claimed sizes would take. */
const maxMs = 60_000;

const Printed = z.array(
  z.looseObject({
    grade: z.string(),
    bytesRead: z.number(),
    reasons: z.array(z.object({ file: z.string(), severity: z.string() })),
  }),
);
type Judged = z.infer<typeof Printed>[number];

/** A little-endian 64-bit integer. */
function long(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** Only the end records of a zip64 archive, which claim this many entries in a directory of this size. */
function zipThatClaims(entries: bigint, directory: Uint8Array): Uint8Array {
  const end64 = Buffer.concat([
    Buffer.from('PK\u0006\u0006'),
    long(44n),
    Buffer.alloc(12),
    long(entries),
    long(entries),
    long(BigInt(directory.length)),
    long(0n),
  ]);
  const locator = Buffer.concat([
    Buffer.from('PK\u0006\u0007'),
    Buffer.alloc(4),
    long(BigInt(directory.length)),
    Buffer.alloc(4),
  ]);
  const end = Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(4), Buffer.alloc(14, 255)]);
  end.fill(0, 20);
  return Buffer.concat([directory, end64, locator, end]);
}

/** One entry of a zip directory that claims to hold 2^60 bytes. */
function entryThatClaims(): Uint8Array {
  const entry = Buffer.alloc(46);
  entry.write('PK\u0001\u0002', 'latin1');
  entry.fill(255, 20, 28);
  entry.writeUInt16LE(8, 28);
  entry.writeUInt16LE(20, 30);
  const extra = Buffer.concat([Buffer.from([1, 0, 16, 0]), long(1n << 60n), long(1n << 60n)]);
  return Buffer.concat([entry, Buffer.from('data.pkl'), extra]);
}

describe('relight checkpoints with a hostile file', () => {
  let aws: RegionUnderTest;

  beforeAll(async () => {
    aws = await startRegionUnderTest();
  });
  afterAll(async () => aws.close());

  /** Grades a folder with these files. */
  async function judge(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<Judged> {
    for (const [name, bytes] of files)
      await putObject(aws.region.url, { Bucket, Key: `${folder}${name}` }, bytes);
    const begun = performance.now();
    const ran = await runRelight(['checkpoints', '--s3-uri', `s3://${Bucket}/${folder}`, '--json'], {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: aws.region.url,
    });
    expect(performance.now() - begun).toBeLessThan(maxMs);
    expect(ran).toMatchObject({ code: expect.any(Number), err: '' });
    const [judged] = Printed.parse(JSON.parse(ran.out));
    if (judged === undefined) throw new Error(`nothing was graded: ${ran.out}`);
    return judged;
  }

  it.each<readonly [what: string, name: string, bytes: () => Uint8Array]>([
    [
      'safetensors whose header claims 2^60 bytes',
      'model.safetensors',
      () => Buffer.concat([long(1n << 60n), Buffer.alloc(mb, 32)]),
    ],
    [
      'safetensors whose header is a megabyte of nesting',
      'model.safetensors',
      () => Buffer.concat([long(BigInt(mb - 8)), Buffer.alloc(mb - 8, '{"a":')]),
    ],
    [
      'a torch zip that claims 2^60 entries',
      'optimizer.pt',
      () => zipThatClaims(1n << 60n, entryThatClaims()),
    ],
    ['a torch zip with an entry of 2^60 bytes', 'optimizer.pt', () => zipThatClaims(1n, entryThatClaims())],
    [
      'a trainer_state.json nested a million deep',
      'trainer_state.json',
      () => Buffer.from(`{"global_step": 2, "log_history": ${'['.repeat(1_000_000)}`),
    ],
    ['a trainer_state.json of 200 MB', 'trainer_state.json', () => Buffer.alloc(200 * mb, '[{"step": 1}, ')],
  ])('reports it in a finding within a short time: %s', async (what, name, bytes) => {
    const files = new Map(
      readdirSync(seedCheckpoint).map((file) => [file, file === name ? bytes() : seedFile(file)] as const),
    );

    const judged = await judge(`hostile/${what.replace(/\W+/g, '-')}/checkpoint-2/`, files);

    expect(judged.reasons).toContainEqual(expect.objectContaining({ file: name }));
    expect(judged.grade).not.toBe('valid');
    expect(judged.bytesRead).toBeLessThan(4 * mb);
  });

  it.each<readonly [what: string, bytes: Uint8Array]>([
    ['garbage', Buffer.alloc(mb, '\u0080\u0004\u00ff\u0000}q(', 'latin1')],
    [
      'a pickle with a string of 2^60 bytes',
      Buffer.concat([Buffer.from([0x80, 4, 0x8d]), long(1n << 60n), Buffer.from('x.')]),
    ],
    [
      'a pickle of a million open marks',
      Buffer.concat([Buffer.from([0x80, 4]), Buffer.alloc(1_000_000, '('), Buffer.from('.')]),
    ],
    [
      'a pickle with a frame of 2^63 bytes',
      Buffer.concat([Buffer.from([0x80, 4, 0x95]), long(1n << 63n), Buffer.from('N.')]),
    ],
  ])('reports the .metadata of a distributed checkpoint in a finding: %s', async (what, bytes) => {
    const judged = await judge(
      `hostile/${what.replace(/\W+/g, '-')}/step_2/`,
      new Map([
        ['.metadata', bytes],
        ['__0_0.distcp', seedFile('scheduler.pt')],
      ]),
    );

    expect(judged).toMatchObject({ layout: 'dcp', grade: 'invalid' });
    expect(judged.reasons).toContainEqual(expect.objectContaining({ file: '.metadata' }));
  });
});
