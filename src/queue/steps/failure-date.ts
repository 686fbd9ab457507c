import { z } from 'zod';
import { isAboutOneJob } from '../../incidents/estimates/pace-in.ts';
import type { IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, isEndKnown, runOf } from '../../incidents/model/incident.ts';

const Ended = z.object({
  diagnosis: z.object({ jobStatus: z.enum(['Failed', 'Stopped']), endedAt: z.number() }),
});

/** An alarm or a poll may come long after the failure: once the job has been read, the clock starts at the job's end. */
export function failureDate(incident: Incident): IncidentEvent | undefined {
  const { dated, failedAt, subject, job, attempts } = incident;
  if (!dated || !isAboutOneJob(incident) || isEndKnown(incident)) return undefined;
  if (subject !== job || attempts.length > 0) return undefined;
  const ended = Ended.safeParse(runOf(incident).results).data?.diagnosis.endedAt;
  return ended === undefined || ended >= failedAt ? undefined : { type: 'failure-dated', at: ended };
}
