import { isActive, nextSilence } from '../../incidents/holds/silence.ts';
import type { SilenceScope } from '../../incidents/model/hold.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import { failureWords } from '../../ports/failure-kind.ts';
import { actionIds, stepRef } from '../ids.ts';
import { type Block, buttons, quote, small } from './blocks.ts';
import { line, mention } from './untrusted.ts';
import { moment, signs } from './words.ts';

/** That the incident has no thread yet, for lists and for whoever asks. */
export function heldLines({ id, held, closed }: Incident, now: number): readonly Block[] {
  if (held === undefined || closed !== undefined) return [];
  return [
    quote(
      `${signs.held} Its thread is held back until ${moment(held.until, now)}: ${line(held.name, 80)}. /relight show ${id} opens it now.`,
    ),
  ];
}

/** The end of the card: what is held back and by whom, and the button for more or less of it. */
export function snoozeBlocks(incident: Incident, now: number): readonly Block[] {
  const { id, silence, closed } = incident;
  if (isActive(silence, now)) {
    const what = scopeWords(incident)[silence.scope];
    return [
      quote(
        `${signs.held} New threads about ${what} are held back until ${moment(silence.until, now)}: ${line(silence.why, 200)}`,
      ),
      small(`Snoozed by ${mention(silence.by)}. A summary follows.`),
      buttons([{ label: 'End the snooze', id: actionIds.endSnooze, value: refTo(id, silence.number) }]),
    ];
  }
  if (closed !== undefined) return [];
  return [buttons([{ label: 'Silence', id: actionIds.snooze, value: refTo(id, nextSilence(incident)) }])];
}

/** The snooze stands where other buttons have the try. */
function refTo(incident: string, number: number): string {
  return stepRef(incident, 'snooze', number);
}

/** After "about": what each scope is, seen from this incident. */
export function scopeWords({ job, board, kind, tier }: Incident): Readonly<Record<SilenceScope, string>> {
  const [one, another] = new Set(board.length === 0 ? [kind] : board.map((row) => row.kind));
  const failures = another === undefined && one !== undefined ? failureWords[one] : 'these failures';
  return {
    job: board.length === 0 ? line(job, 63) : `these ${board.length} jobs`,
    kind: `any job with: ${failures}`,
    tier: `any ${line(tier, 30)} job`,
    everything: 'anything',
  };
}
