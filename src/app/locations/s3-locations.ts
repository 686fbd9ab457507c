import type { Config } from '../../config/environment.ts';
import { OpsError } from '../../errors.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { JsonObject, Training } from '../../ports/ports.ts';
import { createLocations, type LocationRules, type Locations } from '../../ports/s3/locations.ts';
import type { LocationJobs } from '../../ports/s3/own-buckets.ts';
import type { Core } from '../core.ts';
import { writtenIn } from './own-fence.ts';

type Configured = Pick<Config, 'settings' | 'auditBucket'>;
type Jobs = Pick<Training, 'find' | 'draftClone'>;

/** Where the steps of an incident may read and write. The incident is read from its journal once, when it is needed. */
export function locationsOfIncident(
  { config, store }: { readonly config: Configured; readonly store: Pick<Core['store'], 'load'> },
  training: Jobs,
  incident: string,
): Locations {
  let loading: Promise<Incident> | undefined;
  const load = async (): Promise<Incident> => {
    loading ??= store.load(incident);
    return loading;
  };
  return createLocations(
    async () => rulesFor(config, (await load()).tier),
    async () => lookingAt(training, jobsOf(await load())),
  );
}

/** For one job outside of an incident, such as one whose checkpoints are watched. */
export function locationsOfJob(
  { config, tierOf }: { readonly config: Configured; readonly tierOf: Core['tierOf'] },
  { find }: Pick<Training, 'find'>,
  job: string,
): Locations {
  return createLocations(
    async () => rulesFor(config, tierOf(job)?.name),
    async () => ({ names: [job], find, fieldsOf: async () => undefined }),
  );
}

function rulesFor(
  { settings: { tiers, s3 }, auditBucket }: Configured,
  tier: string | undefined,
): LocationRules {
  return {
    tier,
    prefixes: (tier === undefined ? undefined : tiers[tier]?.s3) ?? {},
    written: writtenIn(s3),
    ...(s3.backup !== undefined && { backup: s3.backup }),
    checkpoints: s3.checkpoints ?? [],
    records: auditBucket,
  };
}

function jobsOf({ subject, job, attempts, affectedJobs }: Incident): readonly string[] {
  const all = [subject, job, ...attempts.map((one) => one.job), ...affectedJobs.map((one) => one.job)];
  return [...new Set(all)];
}

function lookingAt({ find, draftClone }: Jobs, names: readonly string[]): LocationJobs {
  return {
    names,
    find,
    fieldsOf: async (job): Promise<JsonObject | undefined> => {
      try {
        return (await draftClone(job, { name: job, tags: {} })).source;
      } catch (thrown) {
        if (thrown instanceof OpsError && thrown.code === 'job-not-found') return undefined;
        throw thrown;
      }
    },
  };
}
