import { clock } from '../../../in-words.ts';
import { type AutopilotState, autopilotOn } from '../../../incidents/model/autopilot/autopilot-states.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import { actionIds, stepRef } from '../../ids.ts';
import { type Block, bold, buttons, say, small } from '../blocks.ts';
import { fitMessage, type Rendered } from '../render-limits.ts';
import { asksPeople, type StepView } from '../step-views.ts';
import { escape, line } from '../untrusted.ts';
import { counted, signs } from '../words.ts';

type Proposed = Extract<StepView['state'], { status: 'proposed' }>;

/** The countdown of Autopilot, in a message of its own so that people are notified; undefined if there was none. */
export function autopilotMessage(incident: Incident, view: StepView, now: number): Rendered | undefined {
  const { state, step, title } = view;
  const pilot = 'attempt' in state ? autopilotOn(incident, step.key, state.attempt) : undefined;
  if (pilot?.until === undefined) return undefined;
  if (pilot.status !== 'armed' || state.status !== 'proposed' || !asksPeople(view)) {
    const over = `${signs.later} The countdown of Autopilot for ${bold(title)} is over.`;
    return fitMessage({ blocks: [small(over)], text: over });
  }
  const text = `${signs.working} Relight will carry out ${bold(title)} in ${span(pilot.until - now)}, at ${clock(pilot.until)}, unless someone holds it.`;
  return fitMessage({
    blocks: [
      say(text),
      small(recordInWords(pilot)),
      buttons([
        { label: 'Hold', id: actionIds.hold, value: refOf(incident, view, state), primary: true },
        {
          label: 'Go now',
          id: actionIds.approve,
          value: refOf(incident, view, state),
          confirm: `This approves the request of “${line(title, 80)}” above in your name. Relight sends it to AWS exactly as shown.`,
        },
      ]),
    ],
    text: text.replaceAll('*', ''),
  });
}

function refOf(incident: Incident, { step }: StepView, { attempt, hash }: Proposed): string {
  return stepRef(incident.id, step.key, attempt, hash);
}

/** What Autopilot would have done, below the request. */
export function suggestedLine(incident: Incident, { step, state }: StepView): readonly Block[] {
  const pilot = 'attempt' in state ? autopilotOn(incident, step.key, state.attempt) : undefined;
  if (pilot?.status !== 'suggested') return [];
  const demoted =
    pilot.why === undefined
      ? ''
      : ` It only suggests, because its last run failed: ${escape(line(pilot.why, 300))}. A lead resets it with \`/relight autopilot reset\`.`;
  return [small(`Autopilot would have approved this. ${recordInWords(pilot)}${demoted}`)];
}

/** `Record of this step in this tier: 5 runs succeeded, none failed.` */
function recordInWords({ earned, next }: AutopilotState): string {
  if (earned === undefined) return '';
  if (earned.succeeded + earned.failed === 0) return 'This step has not run in this tier yet.';
  const failed = earned.failed === 0 ? 'none failed' : `${earned.failed} failed`;
  const promote =
    next === undefined ? '' : ` It has earned the mode \`${next}\`: set it in relight.yaml if you agree.`;
  return `Record of this step in this tier: ${counted(earned.succeeded, 'run')} succeeded, ${failed}.${promote}`;
}

/** `5:00`: rounded up to half a minute, because each change of the text updates the message. */
function span(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 30_000) * 30);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
