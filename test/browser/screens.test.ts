import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

import { mkdir } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failJob, launches } from '../support/aws-ledger.ts';
import { command, lead, messageOf, waitForText } from '../support/responder.ts';
import { patienceMs } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

/** RELIGHT_SCREENS=docs/screens regenerates the pictures of docs/responders.md. */
const pictures = process.env['RELIGHT_SCREENS'] ?? 'test/.artifacts';

describe('a person who takes charge of an incident in the browser', () => {
  let world: World;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    world = await createWorld({ speed: 60 });
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    await world.start('all');
    await page.goto(world.slack.url);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  const thread = () => page.locator('.thread-pane');
  const button = (name: string) => thread().getByRole('button', { name, exact: true }).last();
  const modal = () => page.locator('.modal');
  async function picture(name: string): Promise<void> {
    await page.screenshot({ path: `${pictures}/${name}.png` });
  }
  async function press(name: string): Promise<void> {
    await button(name).waitFor({ timeout: patienceMs });
    await button(name).scrollIntoViewIfNeeded();
    await button(name).click();
  }
  async function send(): Promise<void> {
    await modal().getByRole('button', { name: 'Send' }).click();
    await modal().waitFor({ state: 'detached', timeout: patienceMs });
  }
  async function opened(): Promise<void> {
    await modal().waitFor({ timeout: patienceMs });
  }
  /** What only the person sees, in the channel. */
  async function ask(text: string, shows: RegExp): Promise<void> {
    await command(world, lead, text);
    const answer = page.locator('.channel-pane, main').getByText(shows).last();
    await answer.waitFor({ timeout: patienceMs });
    await answer.scrollIntoViewIfNeeded();
  }
  async function idOfIncident(): Promise<string> {
    const id = (await messageOf(world, 'card'))?.metadata?.event_payload.incident;
    if (id === undefined) throw new Error('no incident is open');
    return id;
  }
  async function show(text: RegExp): Promise<void> {
    await thread().getByText(text).last().waitFor({ timeout: patienceMs });
    await thread().getByText(text).last().scrollIntoViewIfNeeded();
  }

  it('reads the card and the approval, and declines with a reason; nothing is launched', async () => {
    await failJob(world, goldJob, 'spot-interruption');
    await page.locator('.thread-summary').first().click({ timeout: patienceMs });
    await button('Resume training').waitFor({ timeout: patienceMs });
    await thread().getByRole('button', { name: 'Take' }).first().scrollIntoViewIfNeeded();
    await picture('card');
    await button('Resume training').scrollIntoViewIfNeeded();
    await picture('approval');

    await press('Decline…');
    await opened();
    await modal().locator('.bk-plain-input').fill('The learning rate was wrong. Do not resume this run.');
    await picture('decline');
    await send();
    await show(/Do not resume this run/);
    await picture('declined');
    expect(await launches(world)).toHaveLength(0);
  });

  it('pauses the incident, which the card shows, and resumes it', async () => {
    await command(world, lead, `pause ${await idOfIncident()}`);
    await opened();
    await modal().locator('.bk-plain-input').fill('Waiting for the quota of p5 instances.');
    await picture('pause');
    await send();
    await waitForText(world, 'card', 'Paused');
    await thread().getByRole('button', { name: 'Resume' }).first().scrollIntoViewIfNeeded();
    await picture('paused');
    await thread().getByRole('button', { name: 'Resume' }).first().click();
  });

  it('closes it with an outcome, and the card says how it ended', async () => {
    await command(world, lead, `close ${await idOfIncident()}`);
    await opened();
    await picture('close');
    await modal().locator('.bk-select').selectOption({ index: 1 });
    await picture('close-filled');
  });

  it('reads the help and the list', async () => {
    await modal().getByRole('button', { name: 'Not now' }).click();
    await ask('help', /Playbooks/);
    await picture('help');
    await ask('report', /report/i);
    await picture('report');
  });

  it('reads Home', async () => {
    await page.getByText('Apps').locator('xpath=following::*[contains(text(),"Relight")][1]').click();
    await page
      .getByText(/open incident/i)
      .first()
      .waitFor({ timeout: patienceMs });
    require('fs').writeFileSync('/tmp/dom.html', await page.content());
    await picture('home');
  });
});
