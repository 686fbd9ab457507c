import { z } from 'zod';

/**
 * `invalid`: the trainer fails on it. `degraded`: the trainer resumes, but something it should have is missing.
 * `pending`: not finished yet. `note`: harmless, but worth knowing.
 */
const Severity = z.enum(['invalid', 'pending', 'degraded', 'note']);
type Severity = z.infer<typeof Severity>;

/** One problem with one file. `says` reads on from the file's name: "model.safetensors is empty". */
export const CheckpointFinding = z.object({ file: z.string(), severity: Severity, says: z.string() });
export type CheckpointFinding = z.infer<typeof CheckpointFinding>;
export type Findings = CheckpointFinding[];

export const CheckpointGrade = z.enum(['valid', 'degraded', 'invalid', 'pending']);
export type CheckpointGrade = z.infer<typeof CheckpointGrade>;

export function worstFirst(findings: readonly CheckpointFinding[]): CheckpointFinding[] {
  const rank = ({ severity }: CheckpointFinding): number => Severity.options.indexOf(severity);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** The worst finding determines the grade. */
export function gradeOf(findings: readonly CheckpointFinding[]): CheckpointGrade {
  const seen = new Set(findings.map(({ severity }) => severity));
  if (seen.has('invalid')) return 'invalid';
  if (seen.has('pending')) return 'pending';
  return seen.has('degraded') ? 'degraded' : 'valid';
}

export function findingInWords({ file, says }: CheckpointFinding): string {
  return `${file} ${says}`;
}
