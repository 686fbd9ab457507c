import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';

/** The simulation's own S3 access. It bypasses the ledger, which records only what clients do. */
export class Bucket {
  private readonly client: S3Client;

  constructor(endpoint: string) {
    this.client = new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    });
  }

  async put(uri: string, body: Uint8Array | string): Promise<void> {
    await this.client.send(new PutObjectCommand({ ...parseUri(uri), Body: body }));
  }

  async get(uri: string): Promise<Buffer | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand(parseUri(uri)));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    } catch {
      return undefined;
    }
  }

  async copy(from: string, to: string): Promise<void> {
    const source = parseUri(from);
    await this.client.send(
      new CopyObjectCommand({ ...parseUri(to), CopySource: `${source.Bucket}/${source.Key}` }),
    );
  }

  /** All keys below the URI, relative to it. */
  async names(uri: string): Promise<string[]> {
    const { Bucket, Key } = parseUri(uri);
    const names: string[] = [];
    for (let token: string | undefined; ; ) {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket, Prefix: Key, ContinuationToken: token }),
      );
      names.push(...(page.Contents ?? []).map((object) => (object.Key ?? '').slice(Key.length)));
      token = page.NextContinuationToken;
      if (token === undefined) return names;
    }
  }

  close(): void {
    this.client.destroy();
  }
}

function parseUri(uri: string): { Bucket: string; Key: string } {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? [];
  return { Bucket, Key };
}
