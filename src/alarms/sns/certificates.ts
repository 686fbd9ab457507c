import { LRUCache } from 'lru-cache';
import { OpsError } from '../../errors.ts';
import { readCertificate } from './verify.ts';

const defaultTimeoutMs = 3_000;
const maxBytes = 10 * 1024;
const maxCached = 16;
/** SNS has few certificates: more at once means a flood of forged URLs. */
const maxConcurrent = 8;

/**
 * Fetches signing certificates from URLs that the caller has checked. Failures are not cached, so a network error does
 * not last. Fetches in flight are not in the cache, so forged URLs cannot evict real certificates.
 */
export function createCertificates(timeoutMs = defaultTimeoutMs): (url: string) => Promise<string> {
  const kept = new LRUCache<string, string>({ max: maxCached });
  const inFlight = new Map<string, Promise<string>>();
  const start = async (url: string): Promise<string> => {
    const pem = await fetchCertificate(url, timeoutMs);
    kept.set(url, pem);
    return pem;
  };
  return async (url) => {
    const known = kept.get(url) ?? inFlight.get(url);
    if (known !== undefined) return known;
    if (inFlight.size >= maxConcurrent)
      throw new OpsError('aws-unavailable', `${maxConcurrent} other certificates are being fetched`);
    const fetching = start(url).finally(() => inFlight.delete(url));
    inFlight.set(url, fetching);
    return fetching;
  };
}

/** Throws `aws-refused` if the certificate does not exist, `aws-unavailable` if that is unknown for now. */
async function fetchCertificate(url: string, timeoutMs: number): Promise<string> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (response.status !== 200) {
      await response.body?.cancel();
      const none = response.status === 403 || response.status === 404;
      throw new OpsError(none ? 'aws-refused' : 'aws-unavailable', `GET ${url}: ${response.status}`);
    }
    const text = await readText(url, response);
    if (readCertificate(text) === undefined)
      throw new OpsError('aws-unavailable', `GET ${url}: not a certificate`);
    return text;
  } catch (thrown) {
    if (thrown instanceof OpsError) throw thrown;
    // The message of a fetch error is only "fetch failed"; its cause has the reason.
    const why = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
    throw new OpsError('aws-unavailable', `GET ${url}: ${String(why)}`, { cause: thrown });
  }
}

/** Throws once the limit is passed, which also ends the download. */
async function readText(url: string, { body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes)
      throw new OpsError('aws-unavailable', `GET ${url}: more than ${maxBytes} bytes, so not a certificate`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
