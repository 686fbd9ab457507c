import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SourceFile } from '../../relaunch/batch/outside-texts.ts';

const maxBytes = 1024 * 1024;
const maxFiles = 200;

/** The YAML and JSON files of a source folder, or a single file; undefined if there is no such place. */
export async function sourceFilesIn(path: string): Promise<readonly SourceFile[] | undefined> {
  const place = await stat(path).catch(() => undefined);
  if (place === undefined) return undefined;
  if (!place.isDirectory()) return [{ name: basename(path), text: await readFile(path, 'utf8') }];
  const names = (await readdir(path, { recursive: true })).filter(
    (name) => /\.(ya?ml|json)$/.test(name) && !/(^|\/)(node_modules|\.[^/]*)\//.test(name),
  );
  const files = await Promise.all(
    names
      .sort()
      .slice(0, maxFiles)
      .map((name) => small(path, name)),
  );
  return files.flatMap((file) => file ?? []);
}

async function small(folder: string, name: string): Promise<SourceFile | undefined> {
  const path = join(folder, name);
  const { size } = await stat(path);
  return size > maxBytes ? undefined : { name, text: await readFile(path, 'utf8') };
}
