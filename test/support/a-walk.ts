import { fillInForm } from './forms.ts';
import {
  buttonsOf,
  click,
  command,
  type HasSlack,
  lead,
  type MessageButton,
  type SlackMessage,
  slackLedger,
  visibleText,
} from './responder.ts';
import { until } from './until.ts';

/** What a person does next in the thread of an incident. */
export type Move =
  | { readonly click: string }
  | { readonly fillIn: string; readonly answers?: Readonly<Record<string, string>> }
  /** A slash command, typed once the thread says these words. */
  | { readonly type: string; readonly after: string };

const patient = 120_000;

/** The card of the incident, once it stands in the channel. */
export async function waitForIncident(
  world: HasSlack,
  about: RegExp,
  timeoutMs: number,
): Promise<SlackMessage> {
  return until(
    async () => (await cards(world)).find((card) => about.test(card.text)),
    `an incident about ${String(about)} to open`,
    timeoutMs,
  ).catch(async (error: unknown) => {
    const texts = (await cards(world)).map(({ text }) => text);
    throw new Error([String(error), 'In the channel stands:', ...texts].join('\n'));
  });
}

async function cards(world: HasSlack): Promise<readonly SlackMessage[]> {
  const { messages } = await slackLedger(world);
  return messages.filter(({ thread_ts, metadata }) => thread_ts === undefined && metadata !== undefined);
}

/** Goes through the thread of an incident as a lead does, one move after the other. */
export async function walk(world: HasSlack, card: SlackMessage, moves: readonly Move[]): Promise<void> {
  const pressed = new Set<string>();
  for (const move of moves) {
    if ('type' in move) {
      await untilThread(
        world,
        card,
        (all) => all.some((one) => visibleText(one).includes(move.after)),
        move.after,
      );
      await command(world, lead, move.type);
      continue;
    }
    const label = 'click' in move ? move.click : move.fillIn;
    const button = await untilThread(
      world,
      card,
      (all) => buttonIn(all, label, pressed),
      `the button "${label}"`,
    );
    pressed.add(placeOf(button));
    if ('click' in move) await click(world, lead, button);
    else await fillInForm(world, lead, button, move.answers);
  }
}

/** What the card shows, once it shows these words. */
export async function waitForCard(world: HasSlack, card: SlackMessage, words: string): Promise<string> {
  const shown = ([root]: readonly SlackMessage[]): string => visibleText(root);
  return untilThread(
    world,
    card,
    (all) => shown(all).includes(words) && shown(all),
    `"${words}" on the card`,
  );
}

/** Waits until the card says that nothing is left to do; answers with what it shows. */
export async function waitForClose(world: HasSlack, card: SlackMessage): Promise<string> {
  return untilThread(
    world,
    card,
    ([root]) => {
      const shown = visibleText(root);
      return !/Your move|Still to do|Nothing to do for you|is closing this/.test(shown) && shown;
    },
    'the incident to close',
  );
}

function buttonIn(
  messages: readonly SlackMessage[],
  label: string,
  pressed: ReadonlySet<string>,
): MessageButton | undefined {
  for (const message of messages.toReversed())
    for (const button of buttonsOf(message)) {
      const found = { message, ...button };
      if (button.label === label && !pressed.has(placeOf(found))) return found;
    }
  return undefined;
}

/** The same button of the same message is pressed once; the next try of a step has another value. */
function placeOf({ message, value }: MessageButton): string {
  return `${message.ts} ${value}`;
}

async function untilThread<T>(
  world: HasSlack,
  card: SlackMessage,
  probe: (messages: readonly SlackMessage[]) => T | undefined | false,
  what: string,
): Promise<T> {
  const thread = async (): Promise<readonly SlackMessage[]> =>
    (await slackLedger(world)).messages.filter(
      ({ ts, thread_ts }) => ts === card.ts || thread_ts === card.ts,
    );
  return until(async () => probe(await thread()), what, patient).catch(async (error: unknown) => {
    throw new Error([String(error), ...(await thread()).map(visibleText)].join('\n\n'));
  });
}
