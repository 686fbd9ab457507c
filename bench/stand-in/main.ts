import { createReadStream, readdirSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Bucket, Stored } from './bucket.ts';
import { largeCheckpoints, manyCheckpoints } from './checkpoint-buckets.ts';
import { s3StandIn } from './serve.ts';

/** The options of this process, passed as JSON in its first argument. */
export interface StandInOptions {
  /** A folder that is served as the bucket `data`. */
  readonly data: string;
  readonly checkpointGigabytes: number;
  readonly modifiedAt: number;
}

const { data, checkpointGigabytes, modifiedAt }: StandInOptions = JSON.parse(process.argv[2] ?? '{}');

const server = s3StandIn({
  buckets: new Map([
    ['data', diskBucket(data)],
    ['large', largeCheckpoints(checkpointGigabytes)],
    ['many', manyCheckpoints(1_000, 1_000)],
  ]),
  modifiedAt: new Date(modifiedAt),
});
// Reports the port to the parent process, which stops this process by closing the channel.
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());

function diskBucket(folder: string): Bucket {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  const files = new Map(names.map((name) => [name, onDisk(join(folder, name))]));
  return { keys: names.toSorted(), get: (key) => files.get(key) };
}

function onDisk(path: string): Stored {
  return {
    size: statSync(path).size,
    read: (start, length) =>
      createReadStream(path, { start, end: start + length - 1, highWaterMark: 1024 * 1024 }),
  };
}
