import { type Stored, sparse } from './bucket.ts';

const inZip64 = 0xffff_ffff;
const localHeader = 30;

interface Entry {
  readonly name: string;
  readonly begin: number;
  readonly size: number;
}

/** A file in the format of torch.save: an uncompressed zip with zip64 records, whose tensors are all zeros. */
export function torchZip(stem: string, tensors: number, bytesEach: number): Stored {
  const entries: Entry[] = [];
  let at = 0;
  const add = (name: string, size: number): void => {
    entries.push({ name: `${stem}/${name}`, begin: at, size });
    // torch aligns the data of every entry to 64 bytes.
    at = Math.ceil((at + localHeader + stem.length + 1 + name.length + size) / 64) * 64;
  };
  add('data.pkl', 64 * 1024);
  for (let number = 0; number < tensors; number += 1) add(`data/${number}`, bytesEach);
  add('version', 2);
  const directory = Buffer.concat(entries.map(directoryEntry));
  const end = Buffer.concat([directory, endRecords(at, directory.length, entries.length)]);
  return sparse(at + end.length, Buffer.from('PK\u0003\u0004'), end);
}

/** https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12; the extra field is 4.5.3. */
function directoryEntry({ name, begin, size }: Entry): Buffer {
  const extra = begin < inZip64 ? Buffer.alloc(0) : zip64Extra(begin);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt32LE(size, 20);
  entry.writeUInt32LE(size, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(extra.length, 30);
  entry.writeUInt32LE(Math.min(begin, inZip64), 42);
  return Buffer.concat([entry, Buffer.from(name), extra]);
}

function zip64Extra(begin: number): Buffer {
  const extra = Buffer.alloc(12);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8, 2);
  extra.writeBigUInt64LE(BigInt(begin), 4);
  return extra;
}

/** 4.3.14 zip64 end, 4.3.15 its locator, 4.3.16 end. */
function endRecords(begin: number, length: number, entries: number): Buffer {
  const zip64 = Buffer.alloc(56);
  zip64.writeUInt32LE(0x06064b50, 0);
  zip64.writeBigUInt64LE(44n, 4);
  for (const field of [24, 32]) zip64.writeBigUInt64LE(BigInt(entries), field);
  zip64.writeBigUInt64LE(BigInt(length), 40);
  zip64.writeBigUInt64LE(BigInt(begin), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(begin + length), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  for (const field of [8, 10]) end.writeUInt16LE(Math.min(entries, 0xffff), field);
  end.writeUInt32LE(Math.min(length, inZip64), 12);
  end.writeUInt32LE(Math.min(begin, inZip64), 16);
  return Buffer.concat([zip64, locator, end]);
}
