import { count, quote, sizeInWords } from '../../in-words.ts';
import { ascii, broken, type Check, commonDamage, whole } from './check.ts';
import { type RangedFile, readLimit } from './ranged-file.ts';
import { type DirectoryPlace, type Entry, findDirectory, readEntries } from './zip-directory.ts';

const tailRead = 64 * 1024;

/** The number that torch.save wrote first before version 1.6, as pickle protocol 2 writes it, in hexadecimal. */
const legacyStart = '80028a0a6cfc9c46f9206aa85019';

/**
 * What torch.save writes is an uncompressed zip whose table of contents stands at its end, so every cut shows there.
 * Never unpickled: unpickling runs code. https://pytorch.org/docs/stable/notes/serialization.html
 */
export async function checkTorchZip(file: RangedFile): Promise<Check> {
  const tail = (await file.last(tailRead)) ?? new Uint8Array();
  const damage = commonDamage(file.size, tail);
  if (damage !== undefined) return broken(damage);
  const place = findDirectory(tail, file.size);
  if (place === undefined) return withoutDirectory(file, tail);
  const directory = await directoryBytes(file, tail, place);
  if (directory === undefined) return unread(place);
  const entries = readEntries(directory, place.entries);
  return entries === undefined ? broken('has a broken zip directory') : checkEntries(entries, place.begin);
}

async function withoutDirectory(file: RangedFile, tail: Uint8Array): Promise<Check> {
  const start = file.size === tail.length ? tail.subarray(0, 14) : await file.range(0, 14);
  if (start !== undefined && Buffer.from(start).toString('hex') === legacyStart)
    return {
      problems: [],
      unchecked: 'is in the format of torch before 1.6, which cannot be checked without running it',
    };
  if (start !== undefined && ascii(start).startsWith('PK\u0003\u0004'))
    return broken(
      `was cut: ${count(file.size)} bytes, and the zip directory that torch writes last is missing`,
    );
  return broken(`is not a torch file: its ${count(file.size)} bytes are no zip archive`);
}

async function directoryBytes(
  file: RangedFile,
  tail: Uint8Array,
  { begin, end }: DirectoryPlace,
): Promise<Uint8Array | undefined> {
  const tailBegin = file.size - tail.length;
  if (begin >= tailBegin) return tail.subarray(begin - tailBegin, end - tailBegin);
  return file.range(begin, end - begin);
}

function unread({ begin, end, entries }: DirectoryPlace): Check {
  const size = `${sizeInWords(end - begin)} for ${count(entries)} entries`;
  return {
    problems: [],
    unchecked: `has a zip directory of ${size}, past the read limit of ${sizeInWords(readLimit)}: not checked`,
  };
}

function checkEntries(entries: readonly Entry[], dataEnd: number): Check {
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

/** `optimizer/data.pkl`: everything stands below one folder, named as the file was. */
function isBelowStem(name: string, needed: string): boolean {
  return /^[^/]+\//.test(name) && name.replace(/^[^/]+\//, '') === needed;
}
