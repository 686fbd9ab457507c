import { type Clients, createClients } from '../../aws/clients.ts';
import { createS3Client } from '../../aws/s3/s3-client.ts';
import { commandSettings } from '../../config/environment.ts';
import { OpsError } from '../../errors.ts';

/** For commands that read only S3: loading the other clients would take them longer than reading much data. */
export async function withS3<Result>(work: (s3: Clients['s3']) => Promise<Result>): Promise<Result> {
  const s3 = createS3Client({ pathStyle: commandSettings().pathStyleBuckets });
  try {
    await requireRegion(s3, 'the bucket');
    return await work(s3);
  } finally {
    s3.destroy();
  }
}

export async function withClients<Result>(work: (clients: Clients) => Promise<Result>): Promise<Result> {
  const clients = createClients({ pathStyle: commandSettings().pathStyleBuckets });
  try {
    await requireRegion(clients.sagemaker.reads, 'the job and its bucket');
    return await work(clients);
  } finally {
    clients.close();
  }
}

/** One clear line before the first call, in place of what the SDK throws in the middle of it. */
async function requireRegion(
  { config }: { readonly config: { readonly region: () => Promise<string> } },
  whose: string,
): Promise<void> {
  await config.region().catch((cause: unknown) => {
    throw new OpsError('config-invalid', `AWS_REGION is required: the Region of ${whose}`, { cause });
  });
}
