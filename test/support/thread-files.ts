import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { getJson, type World } from './world.ts';

const File = z.object({ name: z.string(), sha256: z.string() });
const Ledger = z.object({ messages: z.array(z.object({ files: z.array(File).default([]) })) });

export interface ThreadFile {
  readonly name: string;
  readonly text: string;
}

/** Every file that stands in Slack, with the bytes that the vault keeps under the hash of what was uploaded. */
export async function filesInThread(world: World): Promise<ThreadFile[]> {
  const { messages } = Ledger.parse(await getJson(`${world.slack.url}/_sandbox/ledger`));
  const s3 = new S3Client({
    endpoint: world.region.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const files = await Promise.all(
    messages
      .flatMap(({ files: all }) => all)
      .map(async ({ name, sha256 }) => {
        const kept = await s3.send(
          new GetObjectCommand({ Bucket: 'srl-rlvr-audit', Key: `files/${sha256}` }),
        );
        return { name, text: (await kept.Body?.transformToString()) ?? '' };
      }),
  );
  s3.destroy();
  return files;
}
