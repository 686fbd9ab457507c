import { LRUCache } from 'lru-cache';
import { OpsError } from '../../errors.ts';
import { readCertificate } from './verify.ts';

const timeoutMs = 3_000;
const maxBytes = 10 * 1024;
const maxCached = 16;
/** SNS has few certificates; more at a time are a flood of invented ones. */
const maxConcurrent = 8;

/**
 * Fetches signing certificates; the caller has checked the address. Only certificates are kept, so no bad moment of the
 * network lasts, and what is being fetched stands apart from them, so that invented names push none of them out.
 */
export function createCertificates(timeout = timeoutMs): (url: string) => Promise<string> {
  const kept = new LRUCache<string, string>({ max: maxCached });
  const inFlight = new Map<string, Promise<string>>();
  const start = async (url: string): Promise<string> => {
    const pem = await fetchCertificate(url, timeout);
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

/** `aws-refused`: there is no such certificate; `aws-unavailable`: nobody can know now. */
async function fetchCertificate(url: string, patienceMs: number): Promise<string> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(patienceMs) });
    if (response.status !== 200) {
      await response.body?.cancel();
      const none = response.status === 403 || response.status === 404;
      throw new OpsError(none ? 'aws-refused' : 'aws-unavailable', `GET ${url}: ${response.status}`);
    }
    const text = await readText(url, response);
    if (readCertificate(text) === undefined)
      throw new OpsError('aws-unavailable', `GET ${url}: no certificate`);
    return text;
  } catch (thrown) {
    if (thrown instanceof OpsError) throw thrown;
    // "fetch failed" is all that its errors say themselves.
    const why = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
    throw new OpsError('aws-unavailable', `GET ${url}: ${String(why)}`, { cause: thrown });
  }
}

/** Reads no further once it is too much: throwing ends the download. */
async function readText(url: string, { body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes)
      throw new OpsError('aws-unavailable', `GET ${url}: more than ${maxBytes} bytes, no certificate`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
