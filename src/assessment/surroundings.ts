import { z } from 'zod';
import { asFolder } from '../checkpoints/folders.ts';
import { OpsError } from '../errors.ts';
import { quote } from '../in-words.ts';
import type { Ports, TrainingJob, S3Uri as Uri } from '../ports/ports.ts';
import type { Listed } from '../ports/region.ts';
import { S3Uri } from '../ports/s3-address.ts';

const most = { alarms: 50, endpoints: 50, places: 12 } as const;

/** Why nothing is known about it: in an outage that is a finding of its own. */
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
export type Place = Surroundings['places'][number];

/** Everything around the jobs; nothing that is out of reach keeps the rest from being told. */
export async function lookAround(jobs: readonly TrainingJob[], ports: Ports): Promise<Surroundings> {
  const { region } = ports;
  const [alarms, endpoints, places] = await Promise.all([
    orTrouble(() => region.alarms(most.alarms)),
    orTrouble(() => region.endpoints(most.endpoints)),
    Promise.all(placesOf(jobs, ports).map((place) => reach(place, ports))),
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

interface Wanted {
  readonly uri: Uri;
  readonly what: string;
}

/** Relight's own places, and those of the failed jobs, each once. */
function placesOf(jobs: readonly TrainingJob[], { recoveryPrefix, backupPrefix }: Ports): Wanted[] {
  const wanted: Wanted[] = [
    { uri: asFolder(recoveryPrefix), what: 'recovery' },
    ...(backupPrefix === undefined ? [] : [{ uri: asFolder(backupPrefix), what: 'backup' }]),
    ...jobs.flatMap(({ checkpointUri: uri }) =>
      uri === undefined ? [] : [{ uri: asFolder(uri), what: 'checkpoints' }],
    ),
    ...jobs.flatMap(({ inputs }) => inputs.map(({ uri }) => ({ uri, what: 'training data' }))),
  ];
  return [...new Map(wanted.toReversed().map((one) => [one.uri, one])).values()]
    .toReversed()
    .slice(0, most.places);
}

/** The recovery folder is empty until the first recovery, which is as it should be. */
async function reach({ uri, what }: Wanted, { region }: Ports): Promise<Place> {
  try {
    const full = (await region.holdsAnything(uri)) || what === 'recovery';
    return { uri, what, state: full ? 'reachable' : 'empty' };
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    return { uri, what, state: 'out of reach', trouble: quote(thrown.message, 160) };
  }
}
