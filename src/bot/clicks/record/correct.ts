import { setTimeout } from 'node:timers/promises';
import type { Sent } from '../../../incidents/journal/write-limit.ts';
import type { BotServices } from '../../services.ts';
import { tell } from '../../slack/tell.ts';
import { recordedAfterAll } from '../../views/answers.ts';
import type { ClickResponse, Requester } from '../click.ts';

export type CorrectServices = Pick<BotServices, 'store' | 'limits' | 'log' | 'advance' | 'client'>;

/** A click of which the person was told that it was not recorded. */
interface NotRecorded {
  readonly id: string;
  readonly requester: Requester;
  readonly recording: Promise<ClickResponse>;
  readonly attempt: { readonly sent?: Sent; readonly answer?: ClickResponse };
}

const lookEveryMs = 1_000;
/** After this time the thread itself has long shown what was recorded. */
const lookForMs = 30 * 60_000;

/** Tells the person if the click was recorded after all, and acts on it. Never throws. */
export async function correctIfRecorded(services: CorrectServices, click: NotRecorded): Promise<void> {
  const { id, requester } = click;
  const answer = await click.recording.catch(async () => {
    const { sent, answer: decided } = click.attempt;
    return sent !== undefined && (await isInJournal(services, id, sent)) ? decided : undefined;
  });
  // Any other answer changed nothing that the person has to know of.
  if (answer?.kind !== 'recorded' && answer?.kind !== 'more-needed') return;
  const { actor, channel, thread } = requester;
  services.log.warn(
    { incident: id, user: actor.user },
    'a click was recorded after its person was told otherwise',
  );
  const target = { user: actor.user, channel: channel === '' ? actor.user : channel, thread };
  await Promise.all([
    tell(services, target, recordedAfterAll(id, answer)),
    services
      .advance(id)
      .catch((error: unknown) => services.log.error({ incident: id, error: String(error) }, 'advance')),
  ]);
}

/** Waits until Redis answers: only then can the outcome be known. */
async function isInJournal({ store, log }: CorrectServices, id: string, sent: Sent): Promise<boolean> {
  const from = performance.now();
  while (performance.now() - from < lookForMs) {
    const found = await store.wasWritten(id, sent).catch(() => undefined);
    if (found !== undefined) return found;
    await setTimeout(lookEveryMs, undefined, { ref: false });
  }
  log.error({ incident: id }, 'it is unknown whether a click was recorded: Redis did not answer');
  return false;
}
