import { z } from 'zod';

/**
 * `invalid`: the trainer fails on it. `degraded`: it resumes, but without something it should have.
 * `pending`: not finished yet. `note`: worth knowing, no harm.
 */
const Severity = z.enum(['invalid', 'pending', 'degraded', 'note']);
type Severity = z.infer<typeof Severity>;

/** One thing seen on one file, in words that stand alone behind the file's name. */
export const CheckpointFinding = z.object({ file: z.string(), severity: Severity, says: z.string() });
export type CheckpointFinding = z.infer<typeof CheckpointFinding>;

export const CheckpointGrade = z.enum(['valid', 'degraded', 'invalid', 'pending']);
export type CheckpointGrade = z.infer<typeof CheckpointGrade>;

export function worstFirst(findings: readonly CheckpointFinding[]): CheckpointFinding[] {
  const rank = ({ severity }: CheckpointFinding): number => Severity.options.indexOf(severity);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** The worst finding decides. */
export function gradeOf(findings: readonly CheckpointFinding[]): CheckpointGrade {
  const seen = new Set(findings.map(({ severity }) => severity));
  if (seen.has('invalid')) return 'invalid';
  if (seen.has('pending')) return 'pending';
  return seen.has('degraded') ? 'degraded' : 'valid';
}

export function findingInWords({ file, says }: CheckpointFinding): string {
  return `${file} ${says}`;
}
