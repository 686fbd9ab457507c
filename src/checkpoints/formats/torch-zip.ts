import { count, quote, sizeInWords } from '../../in-words.ts';
import { ascii, broken, commonDamage, type FormatCheck, whole } from './check.ts';
import { type RangedFile, readLimit } from './ranged-file.ts';
import { findDirectory, readEntries, type ZipDirectory, type ZipEntry } from './zip-directory.ts';

const tailRead = 64 * 1024;

/** The magic number that torch.save wrote before version 1.6, in pickle protocol 2, as hex. */
const legacyStart = '80028a0a6cfc9c46f9206aa85019';

/**
 * torch.save writes an uncompressed zip with its directory at the end, so every truncation is visible there. The
 * file is never unpickled, because unpickling runs code. https://pytorch.org/docs/stable/notes/serialization.html
 */
export async function checkTorchZip(file: RangedFile): Promise<FormatCheck> {
  const tail = (await file.last(tailRead)) ?? new Uint8Array();
  const damage = commonDamage(file.size, tail);
  if (damage !== undefined) return broken(damage);
  const directory = findDirectory(tail, file.size);
  if (directory === undefined) return withoutDirectory(file, tail);
  const bytes = await directoryBytes(file, tail, directory);
  if (bytes === undefined) return unread(directory);
  const entries = readEntries(bytes, directory.entries);
  return entries === undefined
    ? broken('has a broken zip directory')
    : checkEntries(entries, directory.begin);
}

/** The entries of a whole torch zip; undefined if the file is not one, or its directory is too long to read. */
export async function entriesOf(file: RangedFile): Promise<readonly ZipEntry[] | undefined> {
  const tail = (await file.last(tailRead)) ?? new Uint8Array();
  const directory = findDirectory(tail, file.size);
  const bytes = directory && (await directoryBytes(file, tail, directory));
  return bytes && readEntries(bytes, directory.entries);
}

async function withoutDirectory(file: RangedFile, tail: Uint8Array): Promise<FormatCheck> {
  const start = file.size === tail.length ? tail.subarray(0, 14) : await file.range(0, 14);
  if (start !== undefined && Buffer.from(start).toString('hex') === legacyStart)
    return {
      problems: [],
      unchecked: 'is in the format of torch before 1.6, which cannot be checked without running it',
    };
  if (start !== undefined && ascii(start).startsWith('PK\u0003\u0004'))
    return broken(
      `was truncated: ${count(file.size)} bytes, and the zip directory that torch writes last is missing`,
    );
  return broken(`is not a torch file: its ${count(file.size)} bytes are not a zip archive`);
}

async function directoryBytes(
  file: RangedFile,
  tail: Uint8Array,
  { begin, end }: ZipDirectory,
): Promise<Uint8Array | undefined> {
  const tailBegin = file.size - tail.length;
  if (begin >= tailBegin) return tail.subarray(begin - tailBegin, end - tailBegin);
  return file.range(begin, end - begin);
}

function unread({ begin, end, entries }: ZipDirectory): FormatCheck {
  const size = `${sizeInWords(end - begin)} for ${count(entries)} entries`;
  return {
    problems: [],
    unchecked: `has a zip directory of ${size}, past the read limit of ${sizeInWords(readLimit)}: not checked`,
  };
}

function checkEntries(entries: readonly ZipEntry[], dataEnd: number): FormatCheck {
  const sorted = entries.toSorted((a, b) => a.begin - b.begin);
  const bad = sorted.find(({ end }, index) => end > (sorted[index + 1]?.begin ?? dataEnd));
  if (bad !== undefined) return broken(`has no room for its entry “${quote(bad.name, 80)}”`);
  const missing = ['data.pkl', 'version'].filter(
    (needed) => !entries.some(({ name }) => isBelowStem(name, needed)),
  );
  return missing.length === 0
    ? whole
    : broken(`is a zip archive without ${missing.join(' and ')}: torch did not write it`);
}

/** `optimizer/data.pkl`: all entries are in one folder with the name of the file. */
function isBelowStem(name: string, needed: string): boolean {
  return /^[^/]+\//.test(name) && name.replace(/^[^/]+\//, '') === needed;
}
