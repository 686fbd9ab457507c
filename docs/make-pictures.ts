import { type Browser, chromium, type Page } from 'playwright-core';
import { buildRelight } from '../sandbox/built-relight.ts';
import { command, otherLead } from '../test/support/responder.ts';
import { createWorld, postJson, type World } from '../test/support/world.ts';
import { type Moment, type Scene, scenes } from './scenes.ts';

/** Takes the pictures for playbooks.md by running each playbook in the sandbox: `npm run docs:pictures [playbook …]`. */
const wanted = process.argv.slice(2);
buildRelight();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const [name, scene] of Object.entries(scenes))
  if (wanted.length === 0 || wanted.includes(name)) await play(browser, scene);
await browser.close();
process.exit(0);

async function play(on: Browser, { failures, opening, command: words, moments }: Scene): Promise<void> {
  const world: World = await createWorld({ speed: 100 });
  try {
    await world.start('all');
    for (const failure of failures) await postJson(`${world.region.url}/_sandbox/fail`, failure);
    // The person in the pictures approves, and whoever starts a playbook cannot.
    if (opening !== undefined) await command(world, otherLead, opening);
    const page = await on.newPage({ viewport: { width: 1280, height: 1000 } });
    await page.goto(world.slack.url);
    await page.locator('.thread-summary').first().click({ timeout: 60_000 });
    if (words !== undefined) await command(world, otherLead, words);
    for (const moment of moments) await photograph(page, moment);
    await page.close();
  } finally {
    await world.close();
  }
}

async function photograph(page: Page, { name, waitsFor, next }: Moment): Promise<void> {
  const thread = page.locator('.thread-pane');
  const there =
    'button' in waitsFor
      ? thread.getByRole('button', { name: waitsFor.button, exact: true }).last()
      : thread.getByText(waitsFor.words).last();
  await there.waitFor({ timeout: 60_000 });
  await there.scrollIntoViewIfNeeded();
  await page.screenshot({ path: `docs/playbooks/${name}.png` });
  if (next === undefined) return;
  // The next job of a list may have a button of the same name.
  const clicked = await there.elementHandle();
  await there.click();
  const question = page.locator('.confirm');
  if (await question.isVisible()) await question.getByRole('button').last().click();
  if (next === 'fill in') return fillIn(page);
  await clicked?.waitForElementState('hidden', { timeout: 60_000 });
}

async function fillIn(page: Page): Promise<void> {
  const form = page.locator('.modal');
  await form.waitFor({ timeout: 10_000 });
  const words = [
    'The zone ran out of spot capacity.',
    'The checkpoint of five minutes before.',
    'A second subnet.',
    'Mira Okafor',
  ];
  for (const [index, text] of words.entries()) await form.locator('.bk-plain-input').nth(index).fill(text);
  await form.getByRole('button', { name: 'Send' }).click();
}
