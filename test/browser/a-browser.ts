import { type Browser, chromium, type Page } from 'playwright-core';
import { patienceMs } from '../support/until.ts';

/** Without the last three, Chromium connects to hosts of its own, which a closed network refuses many times a second. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const usualWindow = { width: 1280, height: 1000 };

/** A page in headless Chromium that waits as long as the other tests do; Playwright itself gives up after 30 s. */
export async function openPage(viewport = usualWindow): Promise<{ browser: Browser; page: Page }> {
  const launch = { executablePath: '/usr/bin/chromium', args: flags, timeout: patienceMs };
  const browser = await chromium.launch(launch);
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(patienceMs);
  return { browser, page };
}
