import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Extract, extract, type Header } from 'tar-stream';
import { OpsError } from '../../errors.ts';
import { count, sizeInWords } from '../../in-words.ts';

const mebibyte = 1024 ** 2;

/** Source archives hold scripts: a larger one holds data or a model, and a person changes it by hand. */
export const archiveLimits = {
  packed: 256 * mebibyte,
  unpacked: 1024 * mebibyte,
  entries: 20_000,
  requirements: mebibyte,
} as const;

/** One file, folder or link of the archive, with its bytes as a stream. */
export type Entry = Extract extends AsyncIterable<infer E> ? E : never;

/**
 * Unpacks `sourcedir.tar.gz` as a stream, one entry at a time: the memory in use does not depend on its size. `work` must
 * read the entry to its end. Throws `source-unusable` if it is no tar.gz, or too large.
 */
export async function eachEntry(
  archive: AsyncIterable<Uint8Array>,
  work: (entry: Entry) => Promise<void>,
): Promise<void> {
  const entries = extract();
  const feeding = feed(archive, entries);
  let number = 0;
  try {
    for await (const entry of entries) {
      number += 1;
      if (number > archiveLimits.entries)
        throw unusable(`it has more than ${count(archiveLimits.entries)} entries`);
      await work(entry);
    }
    await feeding;
  } catch (thrown) {
    throw thrown instanceof OpsError ? thrown : unusable(`it is not a readable tar.gz (${String(thrown)})`);
  }
}

/** Never throws: an error destroys the stream of entries, and its reader throws it. */
async function feed(archive: AsyncIterable<Uint8Array>, entries: Extract): Promise<void> {
  const gunzip = createGunzip();
  const reading = pipeline(Readable.from(archive), gunzip);
  reading.catch(() => undefined);
  const closed = once(entries, 'close').catch(() => undefined);
  let unpacked = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      if (unpacked > archiveLimits.unpacked)
        throw unusable(`it unpacks to more than ${sizeInWords(archiveLimits.unpacked)}`);
      if (entries.destroyed) return;
      if (!entries.write(chunk)) await Promise.race([once(entries, 'drain'), closed]);
    }
    await reading;
    entries.end(null);
  } catch (thrown) {
    entries.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)));
  }
}

/** pip reads the file in the root of the archive, whose names may begin with `./`. */
export function isRequirements({ name, type }: Header): boolean {
  if (name.replace(/^(?:\.\/){1,5}/, '') !== 'requirements.txt') return false;
  if (type === 'file' || type === 'contiguous-file') return true;
  throw unusable('its requirements.txt is not a regular file');
}

/** The text of requirements.txt, without a byte order mark. */
export async function requirementsIn(entry: Entry): Promise<string> {
  const chunks: Uint8Array[] = [];
  if (entry.header.size > archiveLimits.requirements)
    throw unusable(`its requirements.txt is larger than ${sizeInWords(archiveLimits.requirements)}`);
  // tar-stream only passes on slices of what was written to it.
  for await (const chunk of entry) chunks.push(chunk as Uint8Array);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (thrown) {
    throw new OpsError('source-unusable', 'its requirements.txt is not UTF-8', { cause: thrown });
  }
}

function unusable(why: string): OpsError {
  return new OpsError('source-unusable', why);
}
