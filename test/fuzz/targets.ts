import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { createCheckpoints } from '../../src/aws/s3/checkpoints.ts';
import { outputsIn } from '../../src/aws/training/describe-output.ts';
import { ReadCost } from '../../src/checkpoints/formats/ranged-file.ts';
import { gradeEach } from '../../src/checkpoints/grading/grade-each.ts';
import { checkpointsAt } from '../../src/checkpoints/select-checkpoints.ts';
import { diagnose } from '../../src/cli/shared/diagnosis-in-words.ts';
import { validatedBy } from '../../src/cli/shared/with-readers.ts';
import { gradedBy, type Readers } from '../../src/readers/readers.ts';
import { type RegionUnderTest, silent } from '../aws/a-region.ts';
import { composed } from '../corpus/compose.ts';
import { readCorpus } from '../corpus/entry.ts';
import { seedCheckpoint } from '../support/checkpoint-files.ts';
import { gsm8kRow } from '../training-data/a-data-set.ts';

/** One parser with the door that the product uses for it. */
export interface Target {
  readonly name: string;
  /** Valid inputs, which are then damaged. */
  readonly samples: readonly Uint8Array[];
  /** Resolves with what is said about the input, and rejects if there is no answer. */
  readonly read: (input: Uint8Array) => Promise<string>;
}

const Bucket = 'srl-rlvr-training';
const rows = Array.from({ length: 60 }, (_, n) => gsm8kRow(n));
const jsonLines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

export function fileTargets({ clients }: RegionUnderTest, readers: Readers): readonly Target[] {
  const put = async (Key: string, Body: Uint8Array): Promise<unknown> =>
    clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const data = (name: string, file: string, samples: readonly Uint8Array[]): Target => ({
    name,
    samples,
    read: async (input) => {
      await put(`fuzz/${name}/${file}`, input);
      const uris = [`s3://${Bucket}/fuzz/${name}/`] as const;
      const { samples } = await validatedBy(readers, { uris, schema: 'auto', changes: {} });
      return samples.map(({ rule, detail = '' }) => `${rule} ${detail}`).join('; ');
    },
  });
  const checkpoints = gradedBy(readers, createCheckpoints(clients.s3, silent));
  const checkpoint = (name: string, folder: string, file: string): Target => {
    const prefix = `fuzz/${name}/checkpoint-2/`;
    const others = readdirSync(folder).filter((other) => other !== file);
    const ready = Promise.all(
      others.map(async (other) => put(`${prefix}${other}`, readFileSync(join(folder, other)))),
    );
    return {
      name,
      samples: [readFileSync(join(folder, file))],
      read: async (input) => {
        await ready;
        await put(`${prefix}${file}`, input);
        const { folders, ...moment } = await checkpointsAt(
          `s3://${Bucket}/${prefix}`,
          checkpoints,
          Date.now(),
        );
        const graded = gradeEach({ ...moment, checkpoints, cost: new ReadCost() }, folders, 1);
        const said: string[] = [];
        for await (const { grade, reasons } of graded)
          said.push(grade, ...reasons.map(({ file, says }) => `${file} ${says}`));
        return said.join('; ');
      },
    };
  };
  const dcp = 'test/checkpoints/layouts/fsdp2-sample';
  return [
    data('parquet', 'train.parquet', parquetSamples()),
    data('json-lines', 'train.jsonl', [jsonLines]),
    data('json-array', 'train.json', [
      Buffer.from(JSON.stringify(rows)),
      Buffer.from(JSON.stringify(rows, undefined, 2)),
    ]),
    data('gzip', 'train.jsonl.gz', [gzipSync(jsonLines), gzipSync(jsonLines, { level: 0 })]),
    checkpoint('safetensors', seedCheckpoint, 'model.safetensors'),
    checkpoint('torch-zip', seedCheckpoint, 'rng_state.pth'),
    checkpoint('trainer-state', seedCheckpoint, 'trainer_state.json'),
    checkpoint('dcp-metadata', dcp, '.metadata'),
    checkpoint('dcp-shard', dcp, '__0_0.distcp'),
  ];
}

function parquetSamples(): readonly Uint8Array[] {
  const columnData = [
    { name: 'question', data: rows.map(({ question }) => question), type: 'STRING' as const },
    { name: 'answer', data: rows.map(({ answer }) => answer), type: 'STRING' as const },
    { name: 'level', data: rows.map((_, n) => n % 5), type: 'INT32' as const },
    { name: 'meta', data: rows.map((_, n) => ({ n })), type: 'JSON' as const },
  ];
  return [
    Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 16 })),
    Buffer.from(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED' })),
  ];
}

/** FailureReasons and logs of public reports. */
export function textTargets(): readonly Target[] {
  const jobs = readCorpus().map(composed);
  const described = (reason: string): string =>
    JSON.stringify({ ...jobs[0]?.describe, TrainingJobStatus: 'Failed', FailureReason: reason });
  const diagnosed = (describe: string, log: readonly string[]): string => {
    const kinds = outputsIn(describe).map((output) =>
      'job' in output ? diagnose(output.job, log).kind : output.wrong,
    );
    return kinds.join('; ');
  };
  return [
    {
      name: 'failure-reason',
      samples: jobs.map(({ describe }) => Buffer.from(describe.FailureReason ?? '')),
      read: async (input) => diagnosed(described(Buffer.from(input).toString()), []),
    },
    {
      name: 'log',
      samples: jobs.map(({ log }) => Buffer.from(log.join('\n'))),
      read: async (input) =>
        diagnosed(described('AlgorithmError: , exit code: 1'), Buffer.from(input).toString().split('\n')),
    },
    {
      name: 'describe',
      samples: jobs.map(({ describe }) => Buffer.from(JSON.stringify(describe, undefined, 2))),
      read: async (input) => diagnosed(Buffer.from(input).toString(), []),
    },
  ];
}
