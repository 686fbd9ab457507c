/**
 * The end of a zip file as specified by PKWARE: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.12
 * central directory, 4.3.14 zip64 end, 4.3.16 end, 4.5.3 zip64 extra field).
 */
export interface ZipDirectory {
  /** Start and end of the central directory in the file, and its number of entries. */
  readonly begin: number;
  readonly end: number;
  readonly entries: number;
}

export interface ZipEntry {
  readonly name: string;
  /** Start of the entry's local header, and the earliest position where its data can end. */
  readonly begin: number;
  readonly end: number;
}

const endSignature = 0x06054b50;
const endSize = 22;
const zip64LocatorSignature = 0x07064b50;
const zip64LocatorSize = 20;
const zip64EndSignature = 0x06064b50;
const zip64EndSize = 56;
const entrySignature = 0x02014b50;
const entrySize = 46;
const localHeaderSize = 30;
const inZip64 = 0xffff_ffff;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `tail` holds the last bytes of a file of `size` bytes. Undefined if the file does not end like a zip file. */
export function findDirectory(tail: Uint8Array, size: number): ZipDirectory | undefined {
  const view = viewOf(tail);
  const at = findEnd(view);
  if (at === undefined) return undefined;
  const zip64 = findZip64End(view, at, size);
  if (zip64 !== undefined) return zip64;
  const begin = view.getUint32(at + 16, true);
  const end = begin + view.getUint32(at + 12, true);
  const directory = { begin, end, entries: view.getUint16(at + 10, true) };
  return end === size - tail.length + at ? directory : undefined;
}

/** A real end record has a comment that reaches exactly to the end of the file. */
function findEnd(view: DataView): number | undefined {
  for (let at = view.byteLength - endSize; at >= 0; at -= 1) {
    const isEnd = view.getUint32(at, true) === endSignature;
    if (isEnd && at + endSize + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  return undefined;
}

/** torch always writes the zip64 records too. The directory must end where they begin. */
function findZip64End(view: DataView, endAt: number, size: number): ZipDirectory | undefined {
  const locator = endAt - zip64LocatorSize;
  if (locator < 0 || view.getUint32(locator, true) !== zip64LocatorSignature) return undefined;
  const position = Number(view.getBigUint64(locator + 8, true));
  const at = position - (size - view.byteLength);
  if (at < 0 || at + zip64EndSize > locator || view.getUint32(at, true) !== zip64EndSignature)
    return undefined;
  const begin = Number(view.getBigUint64(at + 48, true));
  const end = begin + Number(view.getBigUint64(at + 40, true));
  return end === position ? { begin, end, entries: Number(view.getBigUint64(at + 32, true)) } : undefined;
}

/**
 * The directory of the last of several archives in one file. Positions count from the start of `tail`; a negative
 * `begin` lies before it. Undefined if the file does not end like a torch archive.
 */
export function findLastDirectory(tail: Uint8Array): ZipDirectory | undefined {
  const view = viewOf(tail);
  const locator = view.byteLength - endSize - zip64LocatorSize;
  const at = locator - zip64EndSize;
  if (at < 0 || findEnd(view) !== locator + zip64LocatorSize) return undefined;
  if (view.getUint32(locator, true) !== zip64LocatorSignature) return undefined;
  if (view.getUint32(at, true) !== zip64EndSignature) return undefined;
  const length = Number(view.getBigUint64(at + 40, true));
  // Both records count from the start of their own archive, so they must agree on where the directory ends.
  const end = Number(view.getBigUint64(at + 48, true)) + length;
  if (Number(view.getBigUint64(locator + 8, true)) !== end) return undefined;
  return { begin: at - length, end: at, entries: Number(view.getBigUint64(at + 32, true)) };
}

/** Undefined unless every entry is well formed up to the last byte of the directory. */
export function readEntries(directory: Uint8Array, entries: number): readonly ZipEntry[] | undefined {
  const view = viewOf(directory);
  const found: ZipEntry[] = [];
  let at = 0;
  while (found.length < entries) {
    if (at + entrySize > view.byteLength || view.getUint32(at, true) !== entrySignature) return undefined;
    const end = entryEnd(view, at);
    if (end > view.byteLength) return undefined;
    found.push(readEntry(view, at, end));
    at = end;
  }
  return at === view.byteLength ? found : undefined;
}

function entryEnd(view: DataView, at: number): number {
  const [name, extra, comment] = [at + 28, at + 30, at + 32].map((field) => view.getUint16(field, true));
  return at + entrySize + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
}

function readEntry(view: DataView, at: number, end: number): ZipEntry {
  const nameLength = view.getUint16(at + 28, true);
  const nameAt = view.byteOffset + at + entrySize;
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, nameAt, nameLength));
  const { begin, stored } = dataRange(
    view,
    at,
    Math.min(end, at + entrySize + nameLength + view.getUint16(at + 30, true)),
  );
  return { name, begin, end: begin + localHeaderSize + nameLength + stored };
}

/** Sizes over 32 bits are in the zip64 extra field, which contains only the oversized values, in this order. */
function dataRange(view: DataView, at: number, extraEnd: number): { begin: number; stored: number } {
  const wide = zip64Values(view, at + entrySize + view.getUint16(at + 28, true), extraEnd);
  const value = (field: number): number => {
    const narrow = view.getUint32(field, true);
    return narrow === inZip64 ? (wide.shift() ?? narrow) : narrow;
  };
  value(at + 24);
  const stored = value(at + 20);
  return { stored, begin: value(at + 42) };
}

function zip64Values(view: DataView, from: number, extraEnd: number): number[] {
  for (let at = from; at + 4 <= extraEnd; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const last = Math.min(extraEnd, at + 4 + view.getUint16(at + 2, true));
    return Array.from({ length: Math.floor((last - at - 4) / 8) }, (_, index) =>
      Number(view.getBigUint64(at + 4 + index * 8, true)),
    );
  }
  return [];
}
