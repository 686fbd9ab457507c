import { z } from 'zod';
import { annotate, inSpan } from '../tracing/span.ts';

const Ids = z.object({
  incident: z.string().optional(),
  step: z.string().optional(),
  attempt: z.number().optional(),
  phase: z.string().optional(),
});

/** One run of one job: a job that waits and runs again has a span for each run. */
export async function inJobSpan<T>(queue: string, work: () => Promise<T>): Promise<T> {
  const attributes = () => ({ 'messaging.system': 'bullmq', 'messaging.destination.name': queue });
  return inSpan({ name: `job ${queue}`, kind: 'job', attributes }, work);
}

/** `data`: a payload that is proven. Nothing else of it is recorded. */
export function annotateJob(data: unknown): void {
  annotate(() => {
    const { incident, step, attempt, phase } = Ids.catch({}).parse(data);
    return {
      'relight.incident': incident,
      'relight.step': step,
      'relight.attempt': attempt,
      'relight.phase': phase,
    };
  });
}
