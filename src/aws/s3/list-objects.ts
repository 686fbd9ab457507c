import {
  type ListObjectsV2CommandOutput as Page,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { StoredFile } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { S3Folder } from './s3-uri.ts';

/** Names of the direct subfolders. With the delimiter, S3 does not list what is inside them. */
export async function listFolders(client: S3Client, folder: S3Folder): Promise<readonly string[]> {
  const pages = await listPages(client, folder, '/');
  return pages.flatMap((page) =>
    (page.CommonPrefixes ?? []).map(({ Prefix = '' }) =>
      decoded(page, Prefix).slice(folder.prefix.length).replace(/\/$/, ''),
    ),
  );
}

/** All files under the folder, except the empty objects that the console creates for folders. */
export async function listFiles(client: S3Client, folder: S3Folder): Promise<readonly StoredFile[]> {
  return filesOn(await listPages(client, folder, undefined), folder);
}

/** Files directly in the folder. */
export async function listFilesBeside(client: S3Client, folder: S3Folder): Promise<readonly StoredFile[]> {
  return filesOn(await listPages(client, folder, '/'), folder);
}

function filesOn(pages: readonly Page[], folder: S3Folder): readonly StoredFile[] {
  return pages
    .flatMap((page) =>
      (page.Contents ?? []).map((object) => ({
        name: decoded(page, object.Key ?? '').slice(folder.prefix.length),
        size: object.Size ?? 0,
        modifiedAt: object.LastModified?.getTime() ?? 0,
        etag: object.ETag ?? '',
      })),
    )
    .filter(({ name }) => name !== '' && !name.endsWith('/'));
}

async function listPages(
  client: S3Client,
  { bucket, prefix }: S3Folder,
  delimiter: string | undefined,
): Promise<readonly Page[]> {
  return callAws(`ListObjectsV2 s3://${bucket}/${prefix}`, async () => {
    const pages: Page[] = [];
    const input = { Bucket: bucket, Prefix: prefix, Delimiter: delimiter, EncodingType: 'url' as const };
    for await (const page of paginateListObjectsV2({ client }, input)) pages.push(page);
    return pages;
  });
}

/** Keys are requested URL-encoded because XML cannot represent every key. Not every S3 implementation encodes them. */
export function decoded({ EncodingType }: Pick<Page, 'EncodingType'>, key: string): string {
  return EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
}
