import { mkdir } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failJob, launches } from '../support/aws-ledger.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';
import { openPage } from './a-browser.ts';

/** RELIGHT_SCREENSHOTS=docs regenerates the README's pictures. */
const pictures = process.env['RELIGHT_SCREENSHOTS'] ?? 'test/.artifacts';

describe('a person in the browser', () => {
  let world: World;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    world = await createWorld({ speed: 60 });
    ({ browser, page } = await openPage());
    await world.start('all');
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  const inThread = (text: string | RegExp) => page.locator('.thread-pane').getByText(text).last();
  const button = (name: string) => page.locator('.thread-pane').getByRole('button', { name }).last();
  const picture = (name: string) => page.screenshot({ path: `${pictures}/${name}.png` });

  it('finds the incident, reads the request, clicks Resume training, sees the job recover and documents the incident', async () => {
    await page.goto(world.slack.url);
    await failJob(world, goldJob, 'spot-interruption');

    await page.locator('.thread-summary').first().click();
    await button('Resume training').waitFor();
    await button('Resume training').scrollIntoViewIfNeeded();
    await picture('thread');
    await button('Resume training').click();
    await page.locator('.confirm').getByRole('button', { name: 'Resume training' }).click();

    await inThread(/Approved by/).waitFor();
    await page
      .getByText(/Recovered in \d+ min/)
      .first()
      .waitFor();
    await button('Document').scrollIntoViewIfNeeded();
    await picture('recovered');
    expect(await launches(world)).toHaveLength(1);

    await button('Document').click();
    await page.locator('.modal').waitFor();
    await picture('form');
  });
});
