import { mkdir } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failJob, launches } from '../support/aws-ledger.ts';
import { command, lead, messageOf, waitForText } from '../support/responder.ts';
import { patienceMs } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

/** RELIGHT_SCREENS=docs/screens regenerates the pictures of docs/screens.md. */
const pictures = process.env['RELIGHT_SCREENS'] ?? 'test/.artifacts';
const thisMonth = new Date().toISOString().slice(0, 7);

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
  async function fillIn(): Promise<void> {
    const texts = ['The spot pool ran out.', 'checkpoint-1350', 'Use another zone.', 'Mira Okafor'];
    const fields = modal().locator('.bk-plain-input');
    for (const [at, text] of texts.entries())
      if (at < (await fields.count())) await fields.nth(at).fill(text);
    await send();
  }
  async function opened(): Promise<void> {
    await modal().waitFor({ timeout: patienceMs });
  }
  async function show(text: RegExp): Promise<void> {
    await thread().getByText(text).last().waitFor({ timeout: patienceMs });
    await thread().getByText(text).last().scrollIntoViewIfNeeded();
  }
  /** Sends a command and waits for the answer, which only this person sees. */
  async function ask(text: string, shows: RegExp): Promise<void> {
    await command(world, lead, text);
    const answer = page.locator('.messages').getByText(shows).last();
    await answer.waitFor({ timeout: patienceMs });
    await answer.scrollIntoViewIfNeeded();
  }
  async function idOfIncident(): Promise<string> {
    const id = (await messageOf(world, 'card'))?.metadata?.event_payload.incident;
    if (id === undefined) throw new Error('no incident is open');
    return id;
  }

  it('reads the card and the approval, and declines with a reason; nothing is launched', async () => {
    await failJob(world, goldJob, 'spot-interruption');
    await page.locator('.thread-summary').first().click({ timeout: patienceMs });
    await button('Resume training').waitFor({ timeout: patienceMs });
    await thread().getByRole('button', { name: 'Take' }).first().scrollIntoViewIfNeeded();
    await picture('card');
    await button('Resume training').scrollIntoViewIfNeeded();
    await picture('approval');
    await press('See the request');
    await opened();
    await picture('request');
    await page.keyboard.press('Escape');
    await modal()
      .getByRole('button', { name: /Close|Done|✕/ })
      .first()
      .click();

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
    await waitForText(world, 'card', 'was declined');
  });

  it('calls for help, and the thread names the contacts and the AWS Support link', async () => {
    await thread().getByRole('button', { name: 'Call for help' }).first().click();
    await show(/AWS Support/);
    await picture('help-called');
  });

  it('closes it with an outcome, and the card says how it ended', async () => {
    await command(world, lead, `close ${await idOfIncident()}`);
    await opened();
    await modal().locator('.bk-select').selectOption({ label: 'Given up' });
    await modal().locator('textarea').fill('This run is not needed anymore.');
    await picture('close');
    await send();
    await waitForText(world, 'card', 'not needed anymore');
    await page.locator('.thread-body').evaluate((body) => body.scrollTo(0, 0));
    await picture('closed');
  });

  it('reads the help, the figures, the trail and the readiness', async () => {
    await ask('help', /When something failed/);
    await picture('help');
    await ask(`report ${thisMonth}`, /RTO/);
    await picture('report');
    await ask('readiness', /drill/i);
    await picture('readiness');
    await command(world, lead, `audit ${await idOfIncident()}`);
    await opened();
    await picture('audit');
    await modal()
      .getByRole('button', { name: /Close|Done|✕/ })
      .first()
      .click();
  });

  it('reads Home', async () => {
    await page.locator('.sidebar').getByText('Relight').click();
    await page
      .getByText(/open incident/i)
      .first()
      .waitFor({ timeout: patienceMs });
    await picture('home');
    await page.locator('.sidebar').getByText('ml-incidents').click();
  });

  it('drills a playbook, and its score is posted at the end', async () => {
    await command(world, lead, 'drill');
    await opened();
    await picture('drill-form');
    await modal()
      .getByRole('button', { name: /Not now|Cancel|✕/ })
      .first()
      .click();
    await command(world, lead, 'drill spot-interruption');
    const drill = page.locator('.messages .msg').filter({ hasText: 'DRILL' });
    await drill.locator('.thread-summary').first().click({ timeout: patienceMs });
    await press('Resume training');
    await picture('drill');
    await button('Document').waitFor({ timeout: 240_000 });
    await button('Document').click();
    await opened();
    await fillIn();
    await show(/out of 100|\/100|Score/i);
    await picture('drill-score');
  });
});
