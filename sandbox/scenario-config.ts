import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scenario } from './scenarios.ts';

const example = 'relight.example.yaml';

export interface ConfigFile {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** The configuration that a scenario runs on: the example as it is, or a copy with its changes. */
export async function configFor({ settings = [] }: Scenario): Promise<ConfigFile> {
  if (settings.length === 0) return { path: example, remove: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'relight-demo-'));
  const path = join(folder, 'relight.yaml');
  const changed = settings.reduce(
    (yaml, [present, instead]) => {
      if (!yaml.includes(present))
        throw new Error(`${example} has no "${present}": correct sandbox/scenarios.ts`);
      return yaml.replace(present, instead);
    },
    await readFile(example, 'utf8'),
  );
  await writeFile(path, changed);
  return { path, remove: async () => rm(folder, { recursive: true, force: true }) };
}
