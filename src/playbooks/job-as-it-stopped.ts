import type { Start } from './define.ts';

/** The failed job of a playbook whose first step is the diagnosis. */
export interface Stopped extends Start {
  readonly diagnosis: { readonly trainedUntil?: number | undefined };
}

/** What steps that look for checkpoints want to know: what it did after its newest good one, until then, is lost. */
export function jobAsItStopped({ incident, diagnosis }: Stopped): {
  readonly job: string;
  readonly trainedUntil: number;
  readonly rpoMinutes: number;
} {
  const { job, failedAt, rpoMinutes } = incident;
  return { job, trainedUntil: diagnosis.trainedUntil ?? failedAt, rpoMinutes };
}
