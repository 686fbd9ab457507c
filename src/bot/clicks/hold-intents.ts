import { endSilence, letThrough, type SilenceRequest, silence } from '../../incidents/holds/silence.ts';
import type { BotServices } from '../services.ts';
import type { ClickResponse, Intent, Requester } from './click.ts';
import type { Decide, Decides } from './decide.ts';

/** Fewer new threads for a while, or all of them again. */
export interface HoldIntents {
  /** `ref.attempt`: the number of the silence. */
  readonly silence: Intent<[wanted: SilenceRequest]>;
  readonly endSilence: Intent;
  /** Opens the thread of an incident that is held back. */
  readonly letThrough: (incident: string, requester: Requester) => Promise<ClickResponse>;
}

export function holdIntents(decide: Decide, silenced: BotServices['silenced']): HoldIntents {
  return {
    silence: (ref, requester, wanted) => {
      const decision = async (): Promise<Decides> => {
        // The set comes first: the holds look only at incidents in it, and one without an event in its journal is ignored.
        await silenced.add(ref.incident);
        return (incident, authorize, now) =>
          silence(incident, { number: ref.attempt, by: requester.actor, authorize, now }, wanted);
      };
      return decide(ref, requester, decision());
    },
    endSilence: (ref, requester) =>
      decide(ref, requester, (incident, authorize, now) =>
        endSilence(incident, { number: ref.attempt, by: requester.actor, authorize, now }),
      ),
    letThrough: (id, requester) =>
      decide({ incident: id, step: 'snooze' }, requester, (incident, authorize) =>
        letThrough(incident, { by: requester.actor, authorize }),
      ),
  };
}
