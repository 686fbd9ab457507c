import type { Incident } from '../../../incidents/model/incident.ts';
import { timeLine } from '../card/card-lines.ts';
import { nameInMarkup } from '../untrusted.ts';

/** One incident in one line: its job with a link to the thread, and its clock. */
export function incidentLine(
  incident: Incident,
  links: ReadonlyMap<string, string> | undefined,
  now: number,
): string {
  const job = nameInMarkup(incident.job);
  const link = links?.get(incident.id);
  return `${link === undefined ? job : `<${link}|${job}>`}: ${timeLine(incident, now)}`;
}
