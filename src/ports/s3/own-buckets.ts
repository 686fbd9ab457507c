import type { JsonObject, S3Uri } from '../basics.ts';
import type { TrainingJob } from '../training.ts';
import { wholeBucket } from './address.ts';

/** The jobs that an incident is about, and how to look at them. */
export interface LocationJobs {
  /** The likeliest first. */
  readonly names: readonly string[];
  /** Undefined if the job is gone. */
  readonly find: (job: string) => Promise<TrainingJob | undefined>;
  /** The fields of the job in the shape of CreateTrainingJob; undefined if it is gone. */
  readonly fieldsOf: (job: string) => Promise<JsonObject | undefined>;
}

/** The buckets that the jobs of the incident name, read from SageMaker only as far as they are needed. */
export class OwnBuckets {
  readonly #jobsOf: () => Promise<LocationJobs>;
  readonly #buckets = new Set<S3Uri>();
  /** Shared by addresses that are checked at the same time. */
  readonly #lookups = new Map<string, Promise<void>>();

  constructor(jobsOf: () => Promise<LocationJobs>) {
    this.#jobsOf = jobsOf;
  }

  get known(): readonly S3Uri[] {
    return [...this.#buckets];
  }

  note(job: TrainingJob): void {
    for (const uri of addressesIn(job)) {
      const bucket = wholeBucket(uri);
      if (bucket !== undefined) this.#buckets.add(bucket);
    }
  }

  /** `first`: a further job to look at, before the others. */
  async has(uri: string, first?: string): Promise<boolean> {
    const bucket = wholeBucket(uri);
    if (bucket === undefined) return false;
    if (this.#buckets.has(bucket)) return true;
    const { names, find } = await this.#jobsOf();
    for (const name of first === undefined ? names : [first, ...names]) {
      await this.#lookUp(name, find);
      if (this.#buckets.has(bucket)) return true;
    }
    return false;
  }

  async #lookUp(name: string, find: LocationJobs['find']): Promise<void> {
    const looking = this.#lookups.get(name) ?? this.#noteFound(name, find);
    this.#lookups.set(name, looking);
    try {
      await looking;
    } catch (thrown) {
      this.#lookups.delete(name);
      throw thrown;
    }
  }

  async #noteFound(name: string, find: LocationJobs['find']): Promise<void> {
    const job = await find(name);
    if (job !== undefined) this.note(job);
  }
}

function addressesIn({ checkpointUri, outputUri, modelUri, inputs, hyperParameters }: TrainingJob): string[] {
  const archive = hyperParameters['sagemaker_submit_directory']?.trim().replace(/^"(.*)"$/s, '$1');
  return [checkpointUri, outputUri, modelUri, archive, ...inputs.map(({ uri }) => uri)].filter(
    (uri) => uri !== undefined,
  );
}
