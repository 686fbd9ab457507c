import { PutObjectCommand } from '@aws-sdk/client-s3';
import { inParallel } from '../../src/aws/in-parallel.ts';
import { createCheckpoints } from '../../src/aws/s3/checkpoints.ts';
import type {
  CheckpointCopies,
  S3Uri,
  StagedCopy,
  StagedFiles,
  StoredFile,
  Token,
} from '../../src/ports/ports.ts';
import { tokenFor } from '../support/a-token.ts';
import { firstTry } from '../support/fake-ports.ts';
import { type RegionUnderTest, silent } from './a-region.ts';

const Bucket = 'srl-rlvr-training';

/** Folders in the region's bucket, one per test. */
export interface CheckpointFolders {
  readonly checkpoints: CheckpointCopies;
  /** Copies a folder with the token of a request that has the copy as its checkpoint folder. */
  readonly stage: (
    from: S3Uri,
    to: S3Uri,
    copied?: StagedFiles,
    confirmWrite?: Token['confirmWrite'],
  ) => Promise<StagedCopy>;
  readonly fresh: () => S3Uri;
  readonly put: (folder: S3Uri, files: Readonly<Record<string, string>>) => Promise<void>;
  readonly file: (folder: S3Uri, name: string) => Promise<StoredFile>;
  readonly contents: (folder: S3Uri) => Promise<Record<string, string>>;
}

export function checkpointFolders({ clients: { s3 } }: RegionUnderTest): CheckpointFolders {
  const checkpoints = createCheckpoints(s3, silent);
  let number = 0;
  return {
    checkpoints,
    stage: (from, to, copied, confirmWrite = async () => undefined) => {
      const token = tokenFor(firstTry, { CheckpointConfig: { S3Uri: to } }, undefined, { confirmWrite });
      return checkpoints.stage(from, to, token, copied);
    },
    fresh: () => {
      number += 1;
      return `s3://${Bucket}/checkpoints/test-${number}/`;
    },
    put: async (folder, files) => {
      const prefix = folder.slice(`s3://${Bucket}/`.length);
      const put = ([name, Body]: [string, string]): Promise<unknown> =>
        s3.send(new PutObjectCommand({ Bucket, Key: `${prefix}${name}`, Body }));
      await inParallel(20, Object.entries(files), put);
    },
    file: async (folder, name) => {
      const file = (await checkpoints.files(folder)).find((one) => one.name === name);
      if (file === undefined) throw new Error(`${folder} holds no ${name}`);
      return file;
    },
    contents: async (folder) => {
      const files = await checkpoints.files(folder);
      const read = files.map(async (file) => {
        const bytes = await checkpoints.read(folder, file, { start: 0, length: file.size });
        return [file.name, Buffer.from(bytes).toString()] as const;
      });
      return Object.fromEntries(await Promise.all(read));
    },
  };
}
