import { type Inner, mustSend, pathOf } from './inner.ts';
import { unescaped } from './responses.ts';

/** The simulation's own S3 access. It bypasses the ledger, which records only what clients do. */
export class Bucket {
  private readonly inner: Inner;

  constructor(inner: Inner) {
    this.inner = inner;
  }

  async put(uri: string, body: Uint8Array | string): Promise<void> {
    const bytes = typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.length);
    await mustSend(this.inner, {
      method: 'PUT',
      url: pathIn(uri),
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
    });
  }

  async get(uri: string): Promise<Buffer | undefined> {
    const { status, body } = await this.inner.send({ method: 'GET', url: pathIn(uri) });
    return status === 200 ? body : undefined;
  }

  async copy(from: string, to: string): Promise<void> {
    const headers = { 'x-amz-copy-source': pathIn(from) };
    await mustSend(this.inner, { method: 'PUT', url: pathIn(to), headers });
  }

  /** All keys below the URI, relative to it. */
  async names(uri: string): Promise<string[]> {
    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? [];
    const names: string[] = [];
    for (let token: string | undefined; ; ) {
      const query = new URLSearchParams({ 'list-type': '2', prefix: key });
      if (token !== undefined) query.set('continuation-token', token);
      const page = await mustSend(this.inner, {
        method: 'GET',
        url: `/${bucket}?${query.toString()}`,
      });
      names.push(...textsOf(page, 'Key').map((name) => name.slice(key.length)));
      token = textsOf(page, 'NextContinuationToken')[0];
      if (token === undefined) return names;
    }
  }
}

function pathIn(uri: string): string {
  return pathOf(uri.slice('s3:/'.length));
}

/** The texts of all elements with this name. */
function textsOf(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    unescaped(text),
  );
}
