/** Prints Relight's grades of the checkpoints in folders on disk, one JSON line per folder: see real_loaders.py. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listCheckpoints } from '../../src/checkpoints/finding/list-checkpoints.ts';
import { nameOf } from '../../src/checkpoints/folders.ts';
import { ReadCost } from '../../src/checkpoints/formats/ranged-file.ts';
import { gradeEach } from '../../src/checkpoints/grading/grade-each.ts';
import { stillRunning } from '../../src/checkpoints/select-checkpoints.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';

const root = 's3://bucket/checkpoints/';
const hour = 3_600_000;

for (const folder of process.argv.slice(2)) {
  const checkpoints = new MemoryCheckpoints();
  for (const path of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (path.isFile()) {
      const onDisk = join(path.parentPath, path.name);
      checkpoints.put(
        `${root}${onDisk.slice(folder.length + 1)}`,
        new Uint8Array(readFileSync(onDisk)),
        hour,
      );
    }
  const { folders } = await listCheckpoints(checkpoints, root);
  const grades: Record<string, unknown>[] = [];
  const grading = { ...stillRunning(2 * hour), checkpoints, worldSize: undefined, cost: new ReadCost() };
  for await (const { uri, grade, layout, reasons } of gradeEach(grading, folders, folders.length))
    grades.push({ name: nameOf(uri), grade, layout, reasons });
  process.stdout.write(`${JSON.stringify(grades)}\n`);
}
