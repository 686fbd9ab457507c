import { OpsError } from '../../errors.ts';
import { quote } from '../../in-words.ts';
import type { Datasets, FixedData } from '../../ports/datasets.ts';
import { rules } from '../data-rules.ts';
import { oneChunk } from '../read/chunks.ts';
import { freezeObjects } from '../read/freeze-objects.ts';
import { validateData } from '../validate-data.ts';
import { Counting, type Counts, requireWithinLimit } from './counts.ts';
import type { FixJob, FixResult, Revalidated } from './fix-job.ts';
import type { DataObject } from './inspect-sources.ts';
import { type Channel, type FixedObject, manifestOf } from './manifest.ts';
import {
  type FixPlan,
  fingerprintsOf,
  type PreparedFix,
  prepareFix,
  type SourceFingerprint,
} from './plan/plan-fix.ts';
import { fixedObjectUri, fixedUri, manifestUri, quarantineUri } from './plan/target.ts';
import { FixPass } from './rewrite/fix-pass.ts';
import { quarantineRows, writeFixed } from './write-fixed.ts';

export interface FixPorts {
  readonly datasets: Datasets;
  readonly fixedData: FixedData;
}

export interface FixRun {
  /** Who runs the fix: incident and step, or the command line. */
  readonly by: string;
  /** Called with the current sources before anything is written. Throws if they must not be used. */
  readonly ready: (sources: readonly SourceFingerprint[]) => Promise<void>;
  /** Aborted when nothing more may be written. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the fixed copy below the target, then the quarantine file, validates the copy in S3, and writes the
 * manifest last. May run again after a crash: existing objects must equal what this run writes.
 */
export async function runFix(
  job: FixJob,
  { by, ready, signal }: FixRun,
  given: FixPorts,
): Promise<FixResult> {
  const ports = { ...given, fixedData: untilAborted(given.fixedData, signal) };
  const prepared = await prepareFix(job, ports.datasets);
  await ready(fingerprintsOf(job.sources, prepared));
  const pass = await FixPass.prepare(prepared.objects, ports.datasets, prepared.options);
  const { objects, losing, counts } = await writeAll(prepared, pass, job, ports);
  requireWithinLimit(counts, job.dropLimit);
  const quarantine = losing.length === 0 ? undefined : quarantineUri(job.target);
  if (quarantine !== undefined) await ports.fixedData.put(quarantine, quarantineRows(losing, pass));
  const channels = job.sources.map((source) => ({ ...source, fixed: fixedUri(source, job.target) }));
  const identities = await requireNothingElse(channels, objects, job, ports.datasets);
  const revalidated = await revalidate(channels, prepared, job, ports.datasets);
  const manifest = manifestUri(job.target);
  const { schema } = prepared.options;
  await ports.fixedData.put(
    manifest,
    oneChunk(
      manifestOf({ job, by, schema: schema.name, channels, objects, counts, quarantine, revalidated }),
    ),
  );
  const inputs = Object.fromEntries(channels.map(({ channel, fixed }) => [channel, fixed]));
  return { inputs, identities, manifest, ...(quarantine && { quarantine }), counts, revalidated };
}

function untilAborted({ put }: FixedData, signal: AbortSignal | undefined): FixedData {
  return {
    put: async (uri, chunks) => {
      signal?.throwIfAborted();
      return put(uri, chunks);
    },
  };
}

interface WrittenCopy {
  readonly objects: readonly FixedObject[];
  /** The objects with lines for the quarantine file. */
  readonly losing: readonly DataObject[];
  readonly counts: Counts;
}

async function writeAll(
  { objects }: PreparedFix,
  pass: FixPass,
  job: FixJob,
  ports: FixPorts,
): Promise<WrittenCopy> {
  const counting = new Counting();
  const fixed: FixedObject[] = [];
  const losing: DataObject[] = [];
  for (const one of objects) {
    const before = counting.total().quarantined;
    const uri = fixedObjectUri(one.source, one.object, job.target);
    const written = await writeFixed(one, uri, pass, counting, ports);
    fixed.push({ ...one, ...(written && { written: { uri, ...written } }) });
    if (counting.total().quarantined > before) losing.push(one);
  }
  return { objects: fixed, losing, counts: counting.total() };
}

/** SageMaker passes everything below a channel's prefix to the trainer. Returns the identity of each channel's data. */
async function requireNothingElse(
  channels: readonly Channel[],
  objects: readonly FixedObject[],
  { target }: FixJob,
  datasets: Datasets,
): Promise<Record<string, string>> {
  const identities: Record<string, string> = {};
  const own = new Set(objects.map(({ written }) => written?.uri));
  for (const { channel, fixed } of channels) {
    const standing = await datasets.objects(`${target}${channel}/`);
    const foreign = standing.find(({ uri }) => !own.has(uri));
    if (foreign !== undefined) throw new OpsError('fix-taken', quote(foreign.uri));
    identities[channel] = (await freezeObjects(fixedData(channel), fixed, datasets)).identity;
  }
  return identities;
}

/** What messages call the fixed copy of one channel. */
export function fixedData(channel: string): string {
  return `the fixed data of ${channel}`;
}

/** Validates what is in S3 now: the copy must be valid before a job trains on it. */
async function revalidate(
  channels: readonly Channel[],
  { options: { schema } }: PreparedFix,
  { changes }: FixJob,
  datasets: Datasets,
): Promise<Revalidated> {
  const uris = channels.map(({ fixed }) => fixed);
  const report = await validateData({ uris, schema: schema.name, changes }, datasets);
  const { records, errors, warnings, byRule, samples } = report;
  const sample = samples.find(({ rule }) => rules[rule].severity === 'error');
  if (errors > 0)
    throw new OpsError(
      'fix-not-valid',
      `${errors} errors, such as ${sample?.rule ?? ''} in ${quote(sample?.object ?? '')}`,
    );
  return { records, errors, warnings, byRule };
}

/** Writes fixed copies of training data. Runs in a separate process, because it reads every byte of them. */
export interface DataFixes {
  /** Dry run: reads everything and writes nothing. */
  readonly plan: (job: FixJob) => Promise<FixPlan>;
  readonly run: (job: FixJob, run: FixRun) => Promise<FixResult>;
}
