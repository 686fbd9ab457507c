import type { App } from '@slack/bolt';
import type { StepRef } from '../ids.ts';
import type { BotServices } from '../services.ts';
import { type ReplyTarget, tell, tryToTell } from '../slack/tell.ts';
import { answerText } from '../views/answers.ts';
import { inDrill } from '../views/drills/drill-words.ts';
import { type Click, type ClickResponse, type Requester, readClick } from './click.ts';
import type { TrailOf } from './incident/kept-trails.ts';
import type { Intents } from './intents.ts';
import type { AnswerOnce } from './repeats.ts';

export interface ListenerServices extends BotServices {
  readonly intents: Intents;
  readonly answerOnce: AnswerOnce;
  readonly trailOf: TrailOf;
}

/** The answers after which the journal has a new decision. */
const advancing: ReadonlySet<ClickResponse['kind']> = new Set([
  'recorded',
  'more-needed',
  'request-outdated',
]);

/** Runs after the acknowledgment: tells the person the result, and advances the incident if something was recorded. */
export async function replyAndAdvance(
  services: ListenerServices,
  incident: string,
  result: ClickResponse,
  target: ReplyTarget | undefined,
): Promise<void> {
  const advances = advancing.has(result.kind);
  await Promise.all([
    target &&
      services.answerOnce(result, target, async () =>
        tryToTell(services, target, inDrill(incident, answerText(result))),
      ),
    // If this fails, the sweep finds the recorded decision within seconds.
    advances
      ? services
          .advance(incident)
          .catch((error: unknown) => services.log.error({ incident, error: String(error) }, 'advance'))
      : undefined,
  ]);
}

/** A button that decides something: the decision is in the journal before Slack gets its acknowledgment. */
export function onDecision(
  app: App,
  services: ListenerServices,
  action: string | RegExp,
  decide: (ref: StepRef, requester: Requester) => Promise<ClickResponse>,
): void {
  app.action(action, async ({ ack, body }) => {
    const { requester, target, ref } = readClick(body);
    const result = ref && (await decide(ref, requester));
    await ack();
    if (ref === undefined || result === undefined) return tell(services, target, unknownButton);
    return replyAndAdvance(services, ref.incident, result, target);
  });
}

/** A button that opens something. `open` returns why it could not. */
export function onButton(
  app: App,
  services: ListenerServices,
  action: string,
  open: (ref: StepRef, click: Click) => Promise<ClickResponse | undefined>,
): void {
  app.action(action, async ({ ack, body }) => {
    await ack();
    const click = readClick(body);
    const { ref, target } = click;
    if (ref === undefined) return tell(services, target, unknownButton);
    const result = await open(ref, click);
    if (result !== undefined) await replyAndAdvance(services, ref.incident, result, target);
  });
}

export const unknownButton =
  'This button is from another version of Relight. `/relight list` shows the open incidents.';
