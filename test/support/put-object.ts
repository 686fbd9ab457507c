import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** The stand-in for S3 takes 11 MiB in one request. */
const partBytes = 10 * 1024 * 1024;

/** Puts an object of any size. */
export async function putObject(
  s3: S3Client,
  where: { readonly Bucket: string; readonly Key: string },
  bytes: Uint8Array,
): Promise<void> {
  if (bytes.length <= partBytes) {
    await s3.send(new PutObjectCommand({ ...where, Body: bytes }));
    return;
  }
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
