import { mkdir } from 'node:fs/promises';
import { Resvg } from '@resvg/resvg-js';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FilesThread, startFilesThread } from '../bot/a-files-thread.ts';
import { openPage } from './a-browser.ts';

const alt = 'GPU memory rises from 10 % to 99 % within an hour';

const graph = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="300">
<rect width="900" height="300" fill="#fff"/>
<path d="M40 20V260H880" fill="none" stroke="#888" stroke-width="2"/>
<path d="M40 60H880" stroke="#c33" stroke-width="2" stroke-dasharray="8 6"/>
<path d="M40 240L200 210L360 205L520 150L680 90L800 45L840 40" fill="none" stroke="#1264a3" stroke-width="4"/>
</svg>`;
const log = [
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.',
  '<script>alert(1)</script>',
  ...Array.from({ length: 30 }, (_, at) => `  File "train.py", line ${at + 1}`),
].join('\n');

describe('files on the sandbox page', () => {
  let thread: FilesThread;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await mkdir('test/.artifacts', { recursive: true });
    thread = await startFilesThread();
    ({ browser, page } = await openPage());
  });
  afterAll(async () => {
    await browser?.close();
    await thread?.close();
  });

  it('show a picture inline, and the first lines of a text file with a download link', async () => {
    await thread.begin();
    const png = new Resvg(graph).render().asPng();
    const picture = await thread.files.keep('gpu-memory.png', 'image/png', png);
    const text = await thread.files.keep('error.txt', 'text/plain', new TextEncoder().encode(log));
    await thread.stepDone([{ ...picture, title: 'GPU memory', alt }, text]);
    await thread.deliverAll();

    await page.goto(thread.slack.url);
    await page.locator('.thread-summary').first().click();

    const shown = page.locator('.thread-pane').getByAltText(alt);
    await shown.waitFor();
    const snippet = page.locator('.thread-pane .file-card pre');
    await snippet.waitFor();
    await snippet.scrollIntoViewIfNeeded();
    await page.screenshot({ path: 'test/.artifacts/files.png' });
    expect(await shown.evaluate((image: unknown) => (image as { naturalWidth: number }).naturalWidth)).toBe(
      900,
    );
    expect(await snippet.textContent()).toBe(`${log.split('\n').slice(0, 12).join('\n')}\n…`);
    const download = page.waitForEvent('download');
    await page.locator('.thread-pane .file-card-download').click();
    expect((await download).suggestedFilename()).toBe('error.txt');
  });
});
