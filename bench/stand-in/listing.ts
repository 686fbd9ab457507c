import type { Bucket } from './bucket.ts';

/** The input of ListObjectsV2. */
export interface Listing {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** The last name on the previous page: a key, or a folder to skip. */
  readonly after: string | undefined;
  readonly maxKeys: number;
}

export interface Page {
  readonly keys: readonly string[];
  readonly folders: readonly string[];
  /** Undefined for the last page. */
  readonly next: string | undefined;
}

/** As a suffix, sorts after every key with the same prefix. */
const last = '\uffff';

/** One page, in key order. The contents of a folder are skipped, as in S3. */
export function pageOf({ keys }: Bucket, { prefix, delimiter, after, maxKeys }: Listing): Page {
  const page = { keys: [] as string[], folders: [] as string[] };
  let at = after === undefined ? firstFrom(keys, prefix) : indexAfter(keys, after, delimiter);
  let name: string | undefined;
  for (let key = keys[at]; key?.startsWith(prefix) === true; key = keys[at]) {
    if (page.keys.length + page.folders.length === maxKeys) return { ...page, next: name };
    name = nameOf(key, prefix.length, delimiter);
    (name === key ? page.keys : page.folders).push(name);
    at = indexAfter(keys, name, delimiter);
  }
  return { ...page, next: undefined };
}

/** The key itself, or the folder that it is in. */
function nameOf(key: string, from: number, delimiter: string | undefined): string {
  const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, from);
  return cut === -1 ? key : key.slice(0, cut + 1);
}

function indexAfter(keys: readonly string[], name: string, delimiter: string | undefined): number {
  const isFolder = delimiter !== undefined && name.endsWith(delimiter);
  return firstFrom(keys, `${name}${isFolder ? last : '\0'}`);
}

function firstFrom(keys: readonly string[], wanted: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
