import type { Strategy } from '../diagnosis/strategy.ts';
import type { Start } from './define/steps.ts';

interface Diagnosed {
  readonly strategy: Strategy;
  readonly jobStatus: string;
  readonly secondaryStatus: string;
  readonly confidence: string;
}

/** What the diagnosis says of a job that goes on, or has completed and is not doubted. */
export function nothingBroke({
  incident: { job },
  diagnosis,
}: Start & { readonly diagnosis?: Diagnosed | undefined }): string | undefined {
  if (diagnosis?.strategy !== 'none') return undefined;
  const { jobStatus, secondaryStatus, confidence } = diagnosis;
  if (jobStatus === 'InProgress' && secondaryStatus === 'Training')
    return `${job} is training; nothing failed`;
  return jobStatus === 'Completed' && confidence === 'high'
    ? `${job} has completed; nothing failed`
    : undefined;
}
