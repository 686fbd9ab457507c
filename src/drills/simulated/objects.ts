import { createHash } from 'node:crypto';
import { z } from 'zod';
import { gpuCount } from '../../checkpoints/gpu-counts.ts';
import type { S3Uri } from '../../ports/ports.ts';
import { minute, places, type Simulation } from '../simulation.ts';
import { sourceOf } from './job-request.ts';
import { sourceArchive } from './seeded-source.ts';
import { trainedFiles } from './trained-files.ts';
import { trainingRecords } from './training-records.ts';

/** An object in the simulated S3. */
export interface SimulatedObject {
  readonly bytes: Uint8Array;
  readonly modifiedAt: number;
  readonly etag: string;
}

export type Objects = ReadonlyMap<string, SimulatedObject>;

/** Steps with a checkpoint, newest first, and how many minutes before the end of training each was written. */
const saved = [
  { step: 1_300, minutesBefore: 6 },
  { step: 1_250, minutesBefore: 16 },
  { step: 1_200, minutesBefore: 26 },
  { step: 1_150, minutesBefore: 36 },
] as const;
export const lastStep = 1_330;

/** A written object: its bytes, or the object that it is a copy of. */
const Written = z.union([
  z.object({ at: z.number(), base64: z.string() }),
  z.object({ at: z.number(), copyOf: z.string() }),
]);
type Written = z.infer<typeof Written>;

const weights = 'model.safetensors';
const truncatedBytes = 900;

const field = 'object ';

/** All objects in the simulated S3. */
export async function objectsOf(simulation: Simulation): Promise<Objects> {
  const objects = new Map(await seeded(simulation));
  for (const [name, value] of await simulation.store.all()) {
    if (!name.startsWith(field)) continue;
    const written = Written.parse(JSON.parse(value));
    const bytes =
      'base64' in written ? Buffer.from(written.base64, 'base64') : objects.get(written.copyOf)?.bytes;
    if (bytes !== undefined) objects.set(name.slice(field.length), objectOf(bytes, written.at));
  }
  return objects;
}

/** Nothing is ever overwritten: the first write of an object stays. */
export async function write(
  { store, clock }: Simulation,
  uri: string,
  content: { readonly bytes: Uint8Array } | { readonly copyOf: string },
): Promise<boolean> {
  const at = clock.now();
  const written: Written =
    'copyOf' in content
      ? { at, copyOf: content.copyOf }
      : { at, base64: Buffer.from(content.bytes).toString('base64') };
  return store.putOnce(`${field}${uri}`, JSON.stringify(written));
}

/** The objects below an address, by their path below it. */
export function below(objects: Objects, uri: S3Uri): readonly (readonly [string, SimulatedObject])[] {
  return [...objects].flatMap(([key, object]) =>
    key.startsWith(uri) ? [[key.slice(uri.length), object] as const] : [],
  );
}

function objectOf(bytes: Uint8Array, modifiedAt: number): SimulatedObject {
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  return { bytes, modifiedAt, etag };
}

/** When the failed job stopped training. */
export function stoppedAt({ incident: { openedAt }, scenario }: Simulation): number {
  return openedAt - (scenario.waitedMinutes ?? 0) * minute;
}

async function seeded(simulation: Simulation): Promise<Objects> {
  const { incident, scenario } = simulation;
  const { job, openedAt } = incident;
  const long = openedAt - 24 * 60 * minute;
  const records = trainingRecords(scenario.brokenData === true);
  const objects = new Map([[`${places.data}${job}/train.jsonl`, objectOf(records, long)]]);
  if (scenario.hasSource === true) objects.set(sourceOf(job), objectOf(await sourceArchive(), long));
  for (const [uri, object] of savedCheckpoints(simulation)) objects.set(uri, object);
  return objects;
}

function* savedCheckpoints(simulation: Simulation): Generator<readonly [string, SimulatedObject]> {
  const { incident, scenario, instanceType } = simulation;
  if (scenario.checkpoints === 'none') return;
  const root = scenario.checkpoints === 'backup' ? `${places.backup}checkpoints/` : places.checkpoints;
  const ranks = (scenario.savedByInstances ?? 0) * (gpuCount(instanceType) ?? 1);
  for (const [index, { step, minutesBefore }] of saved.entries())
    for (const [name, bytes] of trainedFiles(step, Math.max(1, ranks))) {
      const isWhole = name !== weights || index >= truncated(simulation);
      const object = objectOf(
        isWhole ? bytes : bytes.subarray(0, truncatedBytes),
        stoppedAt(simulation) - minutesBefore * minute,
      );
      yield [`${root}${incident.job}/checkpoint-${step}/${name}`, object];
    }
}

/** How many of the newest checkpoints have truncated weights. */
function truncated({ scenario, incident: { drill } }: Simulation): number {
  const injected = drill?.faults.includes('truncated-checkpoint') === true;
  return (scenario.failsToLoad === true ? 1 : 0) + (injected ? 1 : 0);
}

/** Whether a script could load this checkpoint. */
export function loads(objects: Objects, folder: S3Uri): boolean {
  return (objects.get(`${folder}${weights}`)?.bytes.length ?? 0) > truncatedBytes;
}
