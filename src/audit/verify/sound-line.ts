import { z } from 'zod';
import { sha256 } from '../../ports/canonical.ts';

/** A line that is exactly as Relight writes it, and whose hash matches its content. */
export interface SoundLine {
  readonly seq: number;
  readonly at: number;
  readonly event: unknown;
  readonly prev: string;
  readonly hash: string;
  readonly proof?: { readonly mac: string; readonly sig?: string | undefined } | undefined;
}

const Sound = z.strictObject({
  seq: z.number().int().nonnegative(),
  at: z.number(),
  event: z.looseObject({ type: z.string() }),
  prev: z.string(),
  hash: z.string(),
  proof: z.strictObject({ mac: z.string(), sig: z.string().optional() }).optional(),
});

/**
 * Undefined if anything was changed in the line: its hash does not match, it has fields that the hash does not cover, or
 * it has another spelling of the same JSON, such as a blank.
 */
export function readLine(line: string): SoundLine | undefined {
  const stored = jsonIn(line);
  const parsed = Sound.safeParse(stored);
  if (!parsed.success || JSON.stringify(stored) !== line) return undefined;
  const { seq, at, event, prev, hash, proof } = parsed.data;
  if (sha256({ seq, at, event, prev }) !== hash) return undefined;
  return isPlainProof(proof) ? parsed.data : undefined;
}

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Several texts in base64 can stand for the same bytes, and Relight writes one of them. */
function isPlainProof(proof: SoundLine['proof']): boolean {
  return [proof?.mac, proof?.sig].every((text) => text === undefined || isPlainBase64(text));
}

export function isPlainBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}
