import type { Bucket } from './bucket.ts';

/** What is asked of ListObjectsV2. */
export interface Listing {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** The last name of the page before: a key, or a folder of which nothing more is wanted. */
  readonly after: string | undefined;
  readonly maxKeys: number;
}

export interface Page {
  readonly keys: readonly string[];
  readonly folders: readonly string[];
  /** Undefined on the last page. */
  readonly next: string | undefined;
}

/** Sorts behind every key that begins with what stands before it. */
const last = '\uffff';

/** One page, in the order of the keys. What lies inside a folder is jumped over, as S3 does it. */
export function pageOf({ keys }: Bucket, { prefix, delimiter, after, maxKeys }: Listing): Page {
  const page = { keys: [] as string[], folders: [] as string[] };
  let at = after === undefined ? firstFrom(keys, prefix) : behind(keys, after, delimiter);
  let name: string | undefined;
  for (let key = keys[at]; key?.startsWith(prefix) === true; key = keys[at]) {
    if (page.keys.length + page.folders.length === maxKeys) return { ...page, next: name };
    name = nameOf(key, prefix.length, delimiter);
    (name === key ? page.keys : page.folders).push(name);
    at = behind(keys, name, delimiter);
  }
  return { ...page, next: undefined };
}

/** The key itself, or the folder that it is in. */
function nameOf(key: string, from: number, delimiter: string | undefined): string {
  const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, from);
  return cut === -1 ? key : key.slice(0, cut + 1);
}

function behind(keys: readonly string[], name: string, delimiter: string | undefined): number {
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
