import { isActive, nextSilence } from '../../incidents/holds/silence.ts';
import type { SilenceScope } from '../../incidents/model/hold.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import { failureWords } from '../../ports/failure-kind.ts';
import { actionIds, stepRef } from '../ids.ts';
import { type Block, type ButtonWords, quote, small } from './blocks.ts';
import { line, mention } from './untrusted.ts';
import { moment, signs } from './words.ts';

/** Says that the incident has no thread yet, in lists and in command replies. */
export function heldLines({ id, held, closed }: Incident, now: number): readonly Block[] {
  if (held === undefined || closed !== undefined) return [];
  return [
    quote(
      `${signs.held} Its thread is held back until ${moment(held.until, now)}: ${line(held.name, 80)}. /relight show ${id} opens it now.`,
    ),
  ];
}

/** The active silence, for the end of the card. */
export function silenceBlocks(incident: Incident, now: number): readonly Block[] {
  const { silence } = incident;
  if (isActive(silence, now)) {
    const scope = scopeWords(incident)[silence.scope];
    return [
      quote(
        `${signs.held} New threads about ${scope} are silenced until ${moment(silence.until, now)}: ${line(silence.why, 200)}`,
      ),
      small(`Silenced by ${mention(silence.by)}. A summary follows.`),
    ];
  }
  return [];
}

/** The button that ends the active silence, or the one that starts one. */
export function silenceButtons(incident: Incident, now: number): readonly ButtonWords[] {
  const { id, silence, closed } = incident;
  if (isActive(silence, now))
    return [{ label: 'End silence', id: actionIds.endSilence, value: refTo(id, silence.number) }];
  if (closed !== undefined) return [];
  return [{ label: 'Silence new threads', id: actionIds.silence, value: refTo(id, nextSilence(incident)) }];
}

/** The number of the silence takes the place of the attempt in the button's value. */
function refTo(incident: string, number: number): string {
  return stepRef(incident, 'snooze', number);
}

/** Each scope as seen from this incident, to be read after “about”. */
export function scopeWords({
  job,
  affectedJobs,
  kind,
  tier,
}: Incident): Readonly<Record<SilenceScope, string>> {
  const [one, another] = new Set(affectedJobs.length === 0 ? [kind] : affectedJobs.map((row) => row.kind));
  const failures = another === undefined && one !== undefined ? failureWords[one] : 'these failures';
  return {
    job: affectedJobs.length === 0 ? line(job, 63) : `these ${affectedJobs.length} jobs`,
    kind: `any job with: ${failures}`,
    tier: `any ${line(tier, 30)} job`,
    everything: 'anything',
  };
}
