import { crc32 } from 'node:zlib';

/** `{}` in pickle protocol 2. */
const emptyDictionary = Uint8Array.of(0x80, 0x02, 0x7d, 0x71, 0x00, 0x2e);

/**
 * A file as torch.save writes it, with an empty dictionary and this much tensor data: an uncompressed zip whose entries
 * are in one folder. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.7, 4.3.12 and 4.3.16)
 */
export function torchFile(stem: string, dataBytes: number): Uint8Array {
  const entries = [
    { name: `${stem}/data.pkl`, data: emptyDictionary },
    { name: `${stem}/data/0`, data: new Uint8Array(dataBytes) },
    { name: `${stem}/version`, data: new TextEncoder().encode('3\n') },
  ];
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, data } of entries) {
    const common = commonHeader(name, data);
    const local = Buffer.concat([signed(0x04034b50), common, Buffer.from(name), data]);
    directory.push(directoryEntry(name, common, at));
    locals.push(local);
    at += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([...locals, ...directory, end(entries.length, size, at)]);
}

/** The fields that the header of an entry and its line in the directory share. */
function commonHeader(name: string, data: Uint8Array): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt32LE(crc32(data), 10);
  header.writeUInt32LE(data.length, 14);
  header.writeUInt32LE(data.length, 18);
  header.writeUInt16LE(Buffer.byteLength(name), 22);
  return header;
}

function directoryEntry(name: string, common: Buffer, localAt: number): Buffer {
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(localAt, 10);
  return Buffer.concat([signed(0x02014b50), Buffer.from([20, 0]), common, rest, Buffer.from(name)]);
}

function end(entries: number, size: number, at: number): Buffer {
  const record = Buffer.alloc(18);
  record.writeUInt16LE(entries, 4);
  record.writeUInt16LE(entries, 6);
  record.writeUInt32LE(size, 8);
  record.writeUInt32LE(at, 12);
  return Buffer.concat([signed(0x06054b50), record]);
}

function signed(signature: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(signature);
  return bytes;
}
