import { type Clients, createClients } from '../../aws/clients.ts';
import { createS3Client } from '../../aws/s3/s3-client.ts';
import { commandSettings, shellFence } from '../../config/environment.ts';
import { OpsError } from '../../errors.ts';

/** For commands that only read S3. Loading the other clients takes longer than reading a lot of data. */
export async function withS3<Result>(work: (s3: Clients['s3']) => Promise<Result>): Promise<Result> {
  const s3 = createS3Client({ pathStyle: commandSettings().pathStyleBuckets, fence: shellFence() });
  try {
    await requireRegion(s3, 'the bucket');
    return await work(s3);
  } finally {
    s3.destroy();
  }
}

export async function withClients<Result>(work: (clients: Clients) => Promise<Result>): Promise<Result> {
  const clients = createClients({ pathStyle: commandSettings().pathStyleBuckets, fence: shellFence() });
  try {
    await requireRegion(clients.sagemaker.reads, 'the job and its bucket');
    return await work(clients);
  } finally {
    clients.close();
  }
}

/** Fails with one clear line before the first call, instead of an SDK error during it. */
async function requireRegion(
  { config }: { readonly config: { readonly region: () => Promise<string> } },
  resource: string,
): Promise<void> {
  await config.region().catch((cause: unknown) => {
    throw new OpsError('config-invalid', `AWS_REGION is required: the Region of ${resource}`, { cause });
  });
}
