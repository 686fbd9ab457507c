import { z } from 'zod';

/**
 * `invalid`: the trainer fails on it. `degraded`: it resumes, but without something it should have.
 * `pending`: not finished yet. `note`: worth knowing, no harm.
 */
const Severity = z.enum(['invalid', 'pending', 'degraded', 'note']);
type Severity = z.infer<typeof Severity>;

/** One thing seen on one file, in words that stand alone behind the file's name. */
export const Finding = z.object({ file: z.string(), severity: Severity, says: z.string() });
export type Finding = z.infer<typeof Finding>;

export const Grade = z.enum(['valid', 'degraded', 'invalid', 'pending']);
export type Grade = z.infer<typeof Grade>;

export function worstFirst(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding): number => Severity.options.indexOf(severity);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** The worst finding decides. */
export function gradeOf(findings: readonly Finding[]): Grade {
  const seen = new Set(findings.map(({ severity }) => severity));
  if (seen.has('invalid')) return 'invalid';
  if (seen.has('pending')) return 'pending';
  return seen.has('degraded') ? 'degraded' : 'valid';
}

export function inWords({ file, says }: Finding): string {
  return `${file} ${says}`;
}
