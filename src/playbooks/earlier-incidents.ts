import { type EarlierIncidents, SeenBefore } from '../ports/history/seen-before.ts';
import { z } from './define.ts';

/** Absent from the results of older versions. */
export const Recognized = {
  /** The same for the same bug in any job. */
  fingerprint: z.string().optional(),
  /** Earlier incidents with this fingerprint. */
  seenBefore: SeenBefore.optional(),
};

export async function withEarlier<D extends { readonly fingerprint?: string | undefined }>(
  diagnosis: D,
  job: string,
  earlier: EarlierIncidents,
): Promise<D & { readonly seenBefore?: SeenBefore }> {
  const { fingerprint } = diagnosis;
  const seen = fingerprint === undefined ? undefined : await earlier.alike(fingerprint, job);
  return seen === undefined ? diagnosis : { ...diagnosis, seenBefore: seen };
}
