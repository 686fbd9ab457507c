import { fillInForm } from './forms.ts';
import {
  buttonsOf,
  click,
  command,
  type HasSlack,
  lead,
  type MessageButton,
  otherLead,
  type SlackMessage,
  slackLedger,
  visibleText,
} from './responder.ts';
import { until } from './until.ts';

/** One action of a person in an incident thread. */
export type Move =
  | { readonly click: string; readonly by?: string }
  | { readonly fillIn: string; readonly answers?: Readonly<Record<string, string>> }
  /** A slash command, sent once the thread shows this text. */
  | { readonly type: string; readonly after: string };

/** Waits for an incident card that matches. */
export async function waitForIncident(
  world: HasSlack,
  about: RegExp,
  withinMs: number,
): Promise<SlackMessage> {
  return until(
    async () => (await cards(world)).find((card) => about.test(card.text)),
    `an incident about ${String(about)} to open`,
    withinMs,
  ).catch(async (error: unknown) => {
    const texts = (await cards(world)).map(({ text }) => text);
    throw new Error([String(error), 'The channel contains:', ...texts].join('\n'));
  });
}

async function cards(world: HasSlack): Promise<readonly SlackMessage[]> {
  const { messages } = await slackLedger(world);
  return messages.filter(({ thread_ts, metadata }) => thread_ts === undefined && metadata !== undefined);
}

/** Plays a list of moves in an incident thread as a lead. */
export async function walk(world: HasSlack, card: SlackMessage, moves: readonly Move[]): Promise<void> {
  const clicked = new Set<string>();
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
      (all) => buttonIn(all, label, clicked),
      `the button "${label}"`,
    );
    clicked.add(buttonKey(button));
    // A change in gold is approved by someone else than the person who fills in the forms.
    if ('click' in move) await click(world, move.by ?? otherLead, button);
    else await fillInForm(world, lead, button, move.answers);
  }
}

/** Waits until the card shows this text; returns its visible text. */
export async function waitForCard(world: HasSlack, card: SlackMessage, words: string): Promise<string> {
  const shown = ([root]: readonly SlackMessage[]): string => visibleText(root);
  return untilThread(
    world,
    card,
    (all) => shown(all).includes(words) && shown(all),
    `"${words}" on the card`,
  );
}

/** Waits until the card shows no open action; returns its visible text. */
export async function waitForClose(world: HasSlack, card: SlackMessage): Promise<string> {
  return untilThread(
    world,
    card,
    ([root]) => {
      const shown = visibleText(root);
      return !/Your move|Still to do|No action needed|is closing this/.test(shown) && shown;
    },
    'the incident to close',
  );
}

function buttonIn(
  messages: readonly SlackMessage[],
  label: string,
  clicked: ReadonlySet<string>,
): MessageButton | undefined {
  for (const message of messages.toReversed())
    for (const button of buttonsOf(message)) {
      const found = { message, ...button };
      if (button.label === label && !clicked.has(buttonKey(found))) return found;
    }
  return undefined;
}

/** Identifies a button, so that it is clicked only once. The next attempt of a step has another value. */
function buttonKey({ message, value }: MessageButton): string {
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
  return until(async () => probe(await thread()), what).catch(async (error: unknown) => {
    throw new Error([String(error), ...(await thread()).map(visibleText)].join('\n\n'));
  });
}
