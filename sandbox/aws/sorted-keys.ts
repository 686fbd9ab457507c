/** The keys of a bucket in the order of S3, except for characters beyond the 65,536th. */
export class SortedKeys {
  private readonly keys: string[] = [];

  add(key: string): void {
    const at = this.firstFrom(key);
    if (this.keys[at] !== key) this.keys.splice(at, 0, key);
  }

  remove(key: string): void {
    const at = this.firstFrom(key);
    if (this.keys[at] === key) this.keys.splice(at, 1);
  }

  /** One page of the keys that begin with the prefix; those with the delimiter behind it are grouped, as in a folder. */
  page({ prefix, delimiter, after, max }: PageRequest): Page {
    const entries: { readonly name: string; readonly isGroup: boolean }[] = [];
    let at = this.firstFrom(after > prefix ? after : prefix);
    while (this.keys[at]?.startsWith(prefix) === true) {
      if (entries.length === max) return pageOf(entries, true);
      const key = this.keys[at] ?? '';
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      const name = end === -1 ? key : key.slice(0, end + delimiter.length);
      entries.push({ name, isGroup: end !== -1 });
      at = end === -1 ? at + 1 : this.firstFrom(name + last);
    }
    return pageOf(entries, false);
  }

  /** The place of the first key that is not before this one. */
  private firstFrom(key: string): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Behind every key that a prefix can have. */
const last = '\uffff';

export interface PageRequest {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** Keys before it are left out. */
  readonly after: string;
  readonly max: number;
}

export interface Page {
  readonly keys: readonly string[];
  readonly groups: readonly string[];
  /** What the next page begins after; undefined on the last page. */
  readonly next: string | undefined;
}

function pageOf(
  entries: readonly { readonly name: string; readonly isGroup: boolean }[],
  isTruncated: boolean,
): Page {
  const namesOf = (isGroup: boolean): readonly string[] =>
    entries.filter((entry) => entry.isGroup === isGroup).map(({ name }) => name);
  const final = entries.at(-1);
  const next = final?.isGroup === true ? final.name + last : `${final?.name ?? ''}\0`;
  return { keys: namesOf(false), groups: namesOf(true), next: isTruncated ? next : undefined };
}
