import { Pace } from '../ports/history/recovery-time.ts';
import { SeenBefore } from '../ports/history/seen-before.ts';
import type { TrainingJob } from '../ports/ports.ts';
import { measurePace } from '../training-job/measure-pace.ts';
import type { ReadPorts } from './define/action-ports.ts';
import { z } from './define.ts';

/** Absent from the results of older versions. */
export const Recognized = {
  /** The same for the same bug in any job. */
  fingerprint: z.string().optional(),
  /** Earlier incidents with this fingerprint. */
  seenBefore: SeenBefore.optional(),
  /** The basis of estimates of the time to recovery. */
  pace: Pace.optional(),
};

/** Adds the earlier incidents of the same kind, and how long recoveries and the start of this job took. */
export async function withHistory<D extends { readonly fingerprint?: string | undefined }>(
  diagnosis: D,
  job: TrainingJob,
  { earlier, logs }: Pick<ReadPorts, 'earlier' | 'logs'>,
): Promise<D & { readonly seenBefore?: SeenBefore; readonly pace: Pace }> {
  const { fingerprint } = diagnosis;
  const seen = fingerprint === undefined ? undefined : await earlier.alike(fingerprint, job.name);
  const pace = { ...(await measurePace(job, logs)), earlier: await earlier.recoveries() };
  return { ...diagnosis, ...(seen !== undefined && { seenBefore: seen }), pace };
}
