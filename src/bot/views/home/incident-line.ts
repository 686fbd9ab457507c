import type { Incident } from '../../../incidents/model/incident.ts';
import { timeLine } from '../card/card-lines.ts';
import { linkedName } from '../untrusted.ts';

/** One incident in one line: its job with a link to the thread, and its clock. */
export function incidentLine(
  incident: Incident,
  links: ReadonlyMap<string, string> | undefined,
  now: number,
): string {
  return `${linkedName(incident.job, links?.get(incident.id))}: ${timeLine(incident, now)}`;
}
