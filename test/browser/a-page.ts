import { mkdir } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { command, lead } from '../support/responder.ts';
import type { World } from '../support/world.ts';
import { openPage, usualWindow } from './a-browser.ts';

/** RELIGHT_SCREENS=docs/screens regenerates the pictures of docs/screens.md. */
const pictures = process.env['RELIGHT_SCREENS'] ?? 'test/.artifacts';

/** The sandbox's Slack page, used by the person who is chosen there: a lead at first. */
export interface SlackPage {
  readonly page: Page;
  readonly thread: Locator;
  readonly modal: Locator;
  /** The question that Slack asks before a button sends its click. */
  readonly question: Locator;
  /** The first message of the open thread. */
  readonly card: Locator;
  /** The last message of the open thread with this text. */
  readonly message: (text: string | RegExp) => Locator;
  /** The last message in the channel with this text. */
  readonly post: (text: string | RegExp) => Locator;
  readonly button: (name: string) => Locator;
  /** Goes on as another person, such as `Priya Nair (lead)`. */
  readonly actAs: (name: string) => Promise<void>;
  readonly openThread: (about: string) => Promise<void>;
  /** Presses a button of the thread, without an answer to its question. */
  readonly press: (name: string) => Promise<void>;
  /** Presses a button of the thread, and confirms it if Slack asks. */
  readonly pressAndConfirm: (name: string) => Promise<void>;
  readonly confirm: () => Promise<void>;
  /** Sends a command of the lead. */
  readonly type: (text: string) => Promise<void>;
  readonly opened: () => Promise<void>;
  readonly send: () => Promise<void>;
  /** Writes into the only text of a form, takes its picture, and sends it. */
  readonly writeAndSend: (text: string, picture: string) => Promise<void>;
  /** Closes a form without sending it. */
  readonly leave: () => Promise<void>;
  /** A picture of the page, or only of this part. */
  readonly picture: (name: string, part?: Locator) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** High enough for a whole message or form: a picture of it shows no more than the page does. */
const highWindow = { ...usualWindow, height: 2_400 };

export async function openSlackPage(world: Pick<World, 'slack'>): Promise<SlackPage> {
  await mkdir(pictures, { recursive: true });
  const { browser, page } = await openPage(highWindow);
  await page.goto(world.slack.url);
  const [thread, modal, question] = [
    page.locator('.thread-pane'),
    page.locator('.modal'),
    page.locator('.confirm'),
  ];
  const button = (name: string): Locator => thread.getByRole('button', { name, exact: true }).last();
  const press = async (name: string): Promise<void> => {
    await button(name).waitFor();
    await button(name).scrollIntoViewIfNeeded();
    await button(name).click();
  };
  const confirm = async (): Promise<void> => question.getByRole('button').last().click();
  const slack: SlackPage = {
    page,
    thread,
    modal,
    question,
    button,
    press,
    confirm,
    card: thread.locator('.msg').first(),
    message: (text) => thread.locator('.msg').filter({ hasText: text }).last(),
    post: (text) => page.locator('.messages .msg').filter({ hasText: text }).last(),
    actAs: async (name) => void (await page.locator('select').first().selectOption({ label: name })),
    openThread: async (about) => {
      const root = page
        .locator('.messages .msg')
        .filter({ hasText: about })
        .filter({ has: page.locator('.thread-summary') });
      await root.last().locator('.thread-summary').click();
      await thread.locator('.msg').first().getByText(about).first().waitFor();
    },
    pressAndConfirm: async (name) => {
      await press(name);
      if (await question.isVisible()) await confirm();
    },
    type: async (text) => command(world, lead, text),
    opened: async () => modal.waitFor(),
    send: async () => {
      await modal.getByRole('button', { name: 'Send' }).click();
      await modal.waitFor({ state: 'detached' });
    },
    writeAndSend: async (text, name) => {
      await slack.opened();
      await modal.locator('.bk-plain-input').fill(text);
      await slack.picture(name, modal);
      await slack.send();
    },
    leave: async () => {
      await modal.getByRole('button', { name: '✕' }).click();
      await modal.waitFor({ state: 'detached' });
    },
    picture: async (name, part) => {
      await part?.waitFor();
      const path = `${pictures}/${name}.png`;
      // A form scrolls in a window of the usual height, as the whole page does.
      if (part === undefined || part === modal) await page.setViewportSize(usualWindow);
      // A new message moves those above it.
      await part?.scrollIntoViewIfNeeded();
      await (part ?? page).screenshot({ path });
      await page.setViewportSize(highWindow);
    },
    close: async () => browser.close(),
  };
  return slack;
}
