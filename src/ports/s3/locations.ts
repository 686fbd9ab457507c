import { OpsError } from '../../errors.ts';
import type { JsonObject, S3Uri } from '../basics.ts';
import type { TrainingJob } from '../training.ts';
import { addressOf, isAlias, isWithin, refersTo, whyUnclear } from './address.ts';
import { launchAddresses, otherSources, type S3Purpose, stringsIn } from './launch-addresses.ts';
import { type LocationJobs, OwnBuckets } from './own-buckets.ts';

/** The prefixes of one tier; a purpose without a list may use the buckets of the failed job. */
export type TierPrefixes = { readonly [purpose in S3Purpose]?: readonly S3Uri[] | undefined };

/** What relight.yaml and AUDIT_BUCKET say about S3. */
export interface LocationRules {
  /** The tier of the job; undefined for a job of none. */
  readonly tier: string | undefined;
  readonly prefixes: TierPrefixes;
  /** Where Relight writes: `s3.recovery` and `s3.fixed_data`. */
  readonly written: readonly S3Uri[];
  readonly backup?: S3Uri | undefined;
  /** `s3.checkpoints`, for a tier without its own list. */
  readonly checkpoints: readonly S3Uri[];
  /** The bucket of the vault, for Relight's own records and nothing else. */
  readonly records: string | undefined;
}

/**
 * Where Relight may read and write on behalf of one incident. All methods throw `own-records` for the bucket of the audit
 * vault, and `s3-not-allowed` for every other place that relight.yaml does not allow.
 */
export interface Locations {
  /** For any file of a user. `names`: what names the address, in words. */
  readonly requireRead: (uri: S3Uri, names?: string) => Promise<void>;
  /** For one purpose: what people name in a form, what is copied, what a model is made of. */
  readonly requireFor: (purpose: S3Purpose, uri: S3Uri, names: string) => Promise<void>;
  /** For the files of a model: with `tiers.<tier>.s3.output`, only there. */
  readonly requireModel: (uri: S3Uri, names: string) => Promise<void>;
  /** For what Relight writes itself. */
  readonly requireWrite: (uri: S3Uri) => Promise<void>;
  /** For every address in a launch. `source`: the job that it copies. */
  readonly requireLaunch: (request: JsonObject, source: string | undefined) => Promise<void>;
  /** A job that the incident is about, as SageMaker describes it. */
  readonly note: (job: TrainingJob) => void;
  /** The folders that are allowed by now, for a process that reads users' files. */
  readonly known: () => Promise<readonly S3Uri[]>;
}

const purposes: readonly S3Purpose[] = ['checkpoints', 'data', 'output'];

export function createLocations(
  rulesOf: () => Promise<LocationRules>,
  jobsOf: () => Promise<LocationJobs>,
): Locations {
  return new S3Locations(rulesOf, jobsOf);
}

class S3Locations implements Locations {
  readonly #rulesOf: () => Promise<LocationRules>;
  readonly #jobsOf: () => Promise<LocationJobs>;
  readonly #own: OwnBuckets;

  constructor(rulesOf: () => Promise<LocationRules>, jobsOf: () => Promise<LocationJobs>) {
    this.#rulesOf = rulesOf;
    this.#jobsOf = jobsOf;
    this.#own = new OwnBuckets(jobsOf);
  }

  async requireRead(uri: S3Uri, names = 'to be read'): Promise<void> {
    await this.#requireAny(purposes, uri, names);
  }

  async requireFor(purpose: S3Purpose, uri: S3Uri, names: string): Promise<void> {
    await this.#requireAny([purpose], uri, names);
  }

  async requireModel(uri: S3Uri, names: string): Promise<void> {
    const rules = await this.#rulesOf();
    requireClear(rules, uri, names);
    // A model of the registry was trained by any job, so there is no failed job to compare it with.
    if (rules.prefixes.output !== undefined) await this.requireFor('output', uri, names);
  }

  async requireWrite(uri: S3Uri): Promise<void> {
    const rules = await this.#rulesOf();
    requireClear(rules, uri, 'to be written');
    if (!rules.written.some((folder) => isWithin(uri, folder)))
      throw new OpsError(
        's3-not-allowed',
        `${uri} (to be written) is not under s3.recovery or s3.fixed_data`,
      );
  }

  async requireLaunch(request: JsonObject, source: string | undefined): Promise<void> {
    const rules = await this.#rulesOf();
    requireNoRecords(rules, request);
    for (const { field, purpose, uri, folder } of launchAddresses(request)) {
      const address = folder && !uri.endsWith('/') ? `${uri}/` : uri;
      requireClear(rules, address, field);
      if (purpose !== 'data' && isInBackup(rules, address))
        throw new OpsError('s3-not-allowed', `${uri} (${field}) is under s3.backup, where nothing may write`);
      if (!(await this.#allows(rules, purpose, address, source))) throw refusal(rules, [purpose], uri, field);
    }
    await requireSameSources(request, source, this.#jobsOf);
  }

  note(job: TrainingJob): void {
    this.#own.note(job);
  }

  async known(): Promise<readonly S3Uri[]> {
    const { prefixes, written, backup, checkpoints } = await this.#rulesOf();
    const listed = purposes.flatMap((purpose) => prefixes[purpose] ?? []);
    const open = purposes.some((purpose) => prefixes[purpose] === undefined);
    return [
      ...written,
      ...(backup === undefined ? [] : [backup]),
      ...(prefixes.checkpoints === undefined ? checkpoints : []),
      ...listed,
      ...(open ? this.#own.known : []),
    ];
  }

  async #requireAny(uses: readonly S3Purpose[], uri: S3Uri, names: string): Promise<void> {
    const rules = await this.#rulesOf();
    requireClear(rules, uri, names);
    if (uses.includes('checkpoints') && isInBackup(rules, uri)) return;
    for (const purpose of uses) if (await this.#allows(rules, purpose, uri)) return;
    throw refusal(rules, uses, uri, names);
  }

  async #allows(rules: LocationRules, purpose: S3Purpose, uri: string, source?: string): Promise<boolean> {
    const list = rules.prefixes[purpose];
    const otherwise = purpose === 'checkpoints' ? rules.checkpoints : [];
    if ([...rules.written, ...(list ?? otherwise)].some((folder) => isWithin(uri, folder))) return true;
    return list === undefined && (await this.#own.has(uri, source));
  }
}

function requireClear(rules: LocationRules, uri: string, names: string): void {
  const why = whyUnclear(uri);
  if (rules.records !== undefined && refersTo(uri, rules.records))
    throw new OpsError('own-records', `${uri} (${names})`);
  if (why !== undefined) throw new OpsError('s3-not-allowed', `${uri} (${names}) ${why}`);
}

/** Anywhere in the request: a training script may write to an address in its hyperparameters or its environment. */
function requireNoRecords({ records }: LocationRules, { Tags: _tags, ...request }: JsonObject): void {
  if (records === undefined) return;
  const found = stringsIn(request).find(({ text }) => refersTo(text, records));
  if (found !== undefined) throw new OpsError('own-records', `s3://${records}/ (${found.path.join('.')})`);
}

function isInBackup({ backup }: LocationRules, uri: string): boolean {
  return backup !== undefined && isWithin(uri, backup);
}

/** Relight cannot see into a file system, so the copy must use the one of the failed job. */
async function requireSameSources(
  request: JsonObject,
  source: string | undefined,
  jobsOf: () => Promise<LocationJobs>,
): Promise<void> {
  const others = otherSources(request);
  if (others.size === 0) return;
  const { fieldsOf } = await jobsOf();
  const before = otherSources((source === undefined ? undefined : await fieldsOf(source)) ?? {});
  for (const [channel, used] of others)
    if (JSON.stringify(used) !== JSON.stringify(before.get(channel)))
      throw new OpsError(
        's3-not-allowed',
        `the channel ${channel} reads something other than S3, and not what ${source ?? 'the failed job'} read there`,
      );
}

function refusal(
  { tier, prefixes }: LocationRules,
  uses: readonly S3Purpose[],
  uri: string,
  names: string,
): OpsError {
  const lists = uses.map((use) => `tiers.${tier ?? 'TIER'}.s3.${use}`).join(', ');
  const open = uses.some((use) => prefixes[use] === undefined);
  const bucket = addressOf(uri)?.bucket ?? '';
  const without = isAlias(bucket) ? 'is an access point' : 'is in no bucket that the failed job uses';
  const prefix =
    !uri.endsWith('/') && !open ? ' (it also names everything that begins with it; end it with a slash)' : '';
  const why = open ? `${without}, and not under ${lists}` : `is not under ${lists}${prefix}`;
  return new OpsError('s3-not-allowed', `${uri} (${names}) ${why}`);
}
