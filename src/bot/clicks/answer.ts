import type { BotParts } from '../services.ts';
import { type Place, tell } from '../slack/tell.ts';
import { answerText } from '../views/answers.ts';
import type { Intents } from './intents.ts';
import type { Outcome } from './outcome-form.ts';

/** What every listener works with. */
export interface ListenerParts extends BotParts {
  readonly intents: Intents;
}

/** After the ack: says the one sentence, and has Relight act on what was recorded. */
export async function follow(
  parts: ListenerParts,
  incident: string,
  outcome: Outcome,
  place: Place | undefined,
): Promise<void> {
  const acts = outcome.kind === 'recorded' || outcome.kind === 'more-needed';
  await Promise.all([
    place === undefined ? undefined : tell(parts, place, answerText(outcome)),
    // Should this fail, the sweep finds the recorded decision within seconds.
    acts
      ? parts
          .advance(incident)
          .catch((error: unknown) => parts.log.error({ incident, error: String(error) }, 'advance'))
      : undefined,
  ]);
}

export const unknownButton =
  'This button is none that Relight knows today. `/relight list` shows what is open.';
