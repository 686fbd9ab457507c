import { z } from 'zod';
import { asFolder } from '../checkpoints/folders.ts';
import { OpsError } from '../errors.ts';
import { quote } from '../in-words.ts';
import { S3Uri } from '../ports/basics.ts';
import type { Ports, TrainingJob, S3Uri as Uri } from '../ports/ports.ts';
import type { Listed } from '../ports/region.ts';

const max = { alarms: 50, endpoints: 50, places: 12 } as const;

/** `trouble` is the error that prevented the look, which is a finding in itself during an outage. */
const extent = { cut: z.boolean(), trouble: z.string().optional() };

export const Surroundings = z.object({
  alarms: z.object({
    found: z.array(z.object({ name: z.string(), reason: z.string(), since: z.number().optional() })),
    ...extent,
  }),
  endpoints: z.object({
    found: z.array(z.object({ name: z.string(), status: z.string(), changedAt: z.number() })),
    ...extent,
  }),
  places: z.array(
    z.object({
      uri: S3Uri,
      what: z.string(),
      state: z.enum(['reachable', 'empty', 'out of reach']),
      trouble: z.string().optional(),
    }),
  ),
});
export type Surroundings = z.infer<typeof Surroundings>;
export type S3Location = Surroundings['places'][number];

/** Checks alarms, endpoints and S3 locations around the jobs. A failed check does not stop the others. */
export async function lookAround(jobs: readonly TrainingJob[], ports: Ports): Promise<Surroundings> {
  const { region } = ports;
  const [alarms, endpoints, places] = await Promise.all([
    orTrouble(() => region.alarms(max.alarms)),
    orTrouble(() => region.endpoints(max.endpoints)),
    Promise.all(locationsOf(jobs, ports).map((place) => reach(place, ports))),
  ]);
  return {
    alarms: {
      ...alarms,
      found: alarms.found.map(({ reason, ...alarm }) => ({ ...alarm, reason: quote(reason, 160) })),
    },
    endpoints,
    places,
  };
}

async function orTrouble<T>(
  look: () => Promise<Listed<T>>,
): Promise<{ found: T[]; cut: boolean; trouble?: string }> {
  try {
    const { found, cut } = await look();
    return { found: [...found], cut };
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    return { found: [], cut: false, trouble: quote(thrown.message, 200) };
  }
}

interface Location {
  readonly uri: Uri;
  readonly what: string;
}

/** Relight's own locations and those of the failed jobs, without duplicates. */
function locationsOf(jobs: readonly TrainingJob[], { recoveryPrefix, backupPrefix }: Ports): Location[] {
  const wanted: Location[] = [
    { uri: asFolder(recoveryPrefix), what: 'recovery' },
    ...(backupPrefix === undefined ? [] : [{ uri: asFolder(backupPrefix), what: 'backup' }]),
    ...jobs.flatMap(({ checkpointUri: uri }) =>
      uri === undefined ? [] : [{ uri: asFolder(uri), what: 'checkpoints' }],
    ),
    ...jobs.flatMap(({ inputs }) => inputs.map(({ uri }) => ({ uri, what: 'training data' }))),
  ];
  return [...new Map(wanted.toReversed().map((one) => [one.uri, one])).values()]
    .toReversed()
    .slice(0, max.places);
}

/** An empty recovery folder is normal: it stays empty until the first recovery. */
async function reach({ uri, what }: Location, { region }: Ports): Promise<S3Location> {
  try {
    const full = (await region.holdsAnything(uri)) || what === 'recovery';
    return { uri, what, state: full ? 'reachable' : 'empty' };
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    return { uri, what, state: 'out of reach', trouble: quote(thrown.message, 160) };
  }
}
