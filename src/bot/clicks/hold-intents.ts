import type { IdSet } from '../../incidents/holds/holds.ts';
import { endSilence, letThrough, type SilenceRequest, silence } from '../../incidents/holds/silence.ts';
import type { Clock } from '../../ports/ports.ts';
import type { StepRef } from '../ids.ts';
import { firstWithin } from './deadline.ts';
import { type Decide, recordMs } from './decide.ts';
import type { Asker, Outcome } from './outcome-form.ts';

/** Fewer new threads for a while, or all again. */
export interface HoldIntents {
  /** `ref.attempt`: the number of the snooze. */
  readonly snooze: (ref: StepRef, asker: Asker, wish: SilenceRequest) => Promise<Outcome>;
  readonly endSnooze: (ref: StepRef, asker: Asker) => Promise<Outcome>;
  /** Opens the thread of an incident that is held back. */
  readonly letThrough: (incident: string, asker: Asker) => Promise<Outcome>;
}

export interface HoldIntentParts {
  readonly silenced: IdSet;
  readonly clock: Clock;
}

export function createHoldIntents({ silenced, clock }: HoldIntentParts, decide: Decide): HoldIntents {
  const pressed = ({ attempt: number }: StepRef, { actor: by }: Asker) => ({ number, by, now: clock.now() });
  return {
    snooze: async (ref, asker, wish) => {
      // Noted before: whoever looks for snoozes looks there, and what is not in the journal counts for nothing.
      const noted = await firstWithin(
        recordMs,
        silenced.add(ref.incident).then(
          () => true,
          () => false,
        ),
      );
      if (noted !== true) return { kind: 'not-recorded' };
      return decide(ref, asker, (incident, authorize) =>
        silence(incident, { ...pressed(ref, asker), authorize }, wish),
      );
    },
    endSnooze: async (ref, asker) =>
      decide(ref, asker, (incident, authorize) =>
        endSilence(incident, { ...pressed(ref, asker), authorize }),
      ),
    letThrough: async (incident, asker) =>
      decide({ incident, step: 'snooze' }, asker, (present, authorize) =>
        letThrough(present, { by: asker.actor, authorize }),
      ),
  };
}
