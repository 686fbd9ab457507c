import type { S3Client } from '@aws-sdk/client-s3';
import type { SourceArchives } from '../../ports/datasets.ts';
import { createFixedData } from './dataset-writer.ts';

export function createSourceArchives(client: S3Client): SourceArchives {
  const { put } = createFixedData(client);
  return {
    place: async (uri, chunks, token) => {
      token.requireSourceArchive(uri);
      await token.confirm();
      await put(uri, chunks);
    },
  };
}
