import { escaped, type HttpResponse } from './responses.ts';
import type { S3Request } from './s3-guard.ts';

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly id: string;
}

/** Tracks multipart uploads in progress, because the inner server cannot list them. */
export class MultipartUploads {
  private readonly open = new Map<string, Upload>();

  /** Updates the list after a completed call. */
  note(operation: string, { path, query }: S3Request, answer: HttpResponse): void {
    const [, bucket = '', key = ''] = /^\/([^/]+)\/(.*)$/s.exec(path) ?? [];
    if (operation === 'CreateMultipartUpload') {
      const started = /<UploadId>([^<]+)<\/UploadId>/.exec(answer.body.toString())?.[1];
      if (started !== undefined) this.open.set(started, { bucket, key, id: started });
    }
    const ended = query.get('uploadId');
    if (ended !== null && (operation === 'CompleteMultipartUpload' || operation === 'DeleteObject'))
      this.open.delete(ended);
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
  list({ path, query }: S3Request): HttpResponse {
    const bucket = path.split('/')[1] ?? '';
    const prefix = query.get('prefix') ?? '';
    const found = [...this.open.values()].filter(
      (upload) => upload.bucket === bucket && upload.key.startsWith(prefix),
    );
    const uploads = found
      .map(({ key, id }) => `<Upload><Key>${escaped(key)}</Key><UploadId>${id}</UploadId></Upload>`)
      .join('');
    const body = `<?xml version="1.0" encoding="UTF-8"?><ListMultipartUploadsResult><Bucket>${bucket}</Bucket><IsTruncated>false</IsTruncated>${uploads}</ListMultipartUploadsResult>`;
    return { status: 200, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) };
  }
}
