import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

interface Where {
  readonly Bucket: string;
  readonly Key: string;
}

/** The stand-in for S3 accepts at most 11 MiB per request. */
const partBytes = 10 * 1024 * 1024;

/** Puts an object of any size. The client has no timeouts, because the stand-in takes seconds to join 200 MB. */
export async function putObject(endpoint: string, where: Where, bytes: Uint8Array): Promise<void> {
  const s3 = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    if (bytes.length <= partBytes) await s3.send(new PutObjectCommand({ ...where, Body: bytes }));
    else await putInParts(s3, where, bytes);
  } finally {
    s3.destroy();
  }
}

async function putInParts(s3: S3Client, where: Where, bytes: Uint8Array): Promise<void> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(where));
  const Parts: { ETag: string | undefined; PartNumber: number }[] = [];
  for (let start = 0; start < bytes.length; start += partBytes) {
    const PartNumber = Parts.length + 1;
    const Body = bytes.subarray(start, start + partBytes);
    const { ETag } = await s3.send(new UploadPartCommand({ ...where, UploadId, PartNumber, Body }));
    Parts.push({ ETag, PartNumber });
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts } }));
}
