import { chromium, type Page } from 'playwright-core';
import { createWorld, goldJob, postJson, type World } from '../test/support/world.ts';

/** The pictures of playbooks.md: each playbook is gone through in the sandbox, and its key moments are photographed. */
interface Moment {
  /** `<playbook>-<number>-<what-it-shows>`: the page finds them by this name. */
  readonly name: string;
  /** The button that stands there then. */
  readonly waitsFor: string;
  readonly press?: boolean;
}

interface Scene {
  readonly fail: object;
  readonly moments: readonly Moment[];
}

const scenes: Readonly<Record<string, Scene>> = {
  'out-of-memory': {
    fail: { job: goldJob, kind: 'out-of-memory' },
    moments: [
      {
        name: 'out-of-memory-1-what-would-fit-and-what-would-be-sent',
        waitsFor: 'Retry with this batch',
        press: true,
      },
      { name: 'out-of-memory-2-training-again', waitsFor: 'Document' },
    ],
  },
  'bad-checkpoint': {
    fail: { job: goldJob, kind: 'spot-interruption', damage: 'corrupt-inside' },
    moments: [
      { name: 'bad-checkpoint-1-a-checkpoint-that-looks-whole', waitsFor: 'Resume training', press: true },
      { name: 'bad-checkpoint-2-the-one-before', waitsFor: 'Resume training', press: true },
      { name: 'bad-checkpoint-3-training-again', waitsFor: 'Document' },
    ],
  },
  investigate: {
    fail: { job: goldJob, kind: 'crash' },
    moments: [{ name: 'investigate-1-the-evidence', waitsFor: 'Choose' }],
  },
};

const wanted = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const [name, scene] of Object.entries(scenes))
  if (wanted.length === 0 || wanted.includes(name)) await play(scene);
await browser.close();
process.exit(0);

async function play({ fail, moments }: Scene): Promise<void> {
  const world: World = await createWorld({ speed: 100 });
  try {
    await world.start('all');
    await postJson(`${world.region.url}/_sandbox/fail`, fail);
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    await page.goto(world.slack.url);
    await page.locator('.thread-summary').first().click({ timeout: 20_000 });
    for (const moment of moments) await photograph(page, moment);
    await page.close();
  } finally {
    await world.close();
  }
}

async function photograph(page: Page, { name, waitsFor, press = false }: Moment): Promise<void> {
  const button = page.locator('.thread-pane').getByRole('button', { name: waitsFor, exact: true }).last();
  await button.waitFor({ timeout: 60_000 });
  await button.scrollIntoViewIfNeeded();
  await page.screenshot({ path: `docs/playbooks/${name}.png` });
  if (!press) return;
  await button.click();
  await button.waitFor({ state: 'detached', timeout: 20_000 });
}
