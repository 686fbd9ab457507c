import { App, SocketModeReceiver } from '@slack/bolt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentials } from '../../sandbox/relight-process.ts';
import { type SlackFront, startSlackFront } from '../../sandbox/slack/start.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';
import { openPage } from './a-browser.ts';

const plain = (text: string) => ({ type: 'plain_text', text }) as const;
const option = (value: string) => ({ text: plain(value), value });
const options = ['one', 'two', 'three'].map(option);
const input = (key: string, element: object) => ({
  type: 'input' as const,
  block_id: key,
  optional: true,
  label: plain(key),
  element: { action_id: key, ...element },
});

/** One filled and one empty input of each kind. */
const blocks = [
  input('text', { type: 'plain_text_input', initial_value: 'eight GPUs' }),
  input('lines', { type: 'plain_text_input', multiline: true, initial_value: 'first\nsecond' }),
  input('empty', { type: 'plain_text_input' }),
  input('select', { type: 'static_select', options, initial_option: option('two') }),
  input('unchosen', { type: 'static_select', options }),
  input('boxes', { type: 'checkboxes', options, initial_options: [option('one'), option('three')] }),
  input('radio', { type: 'radio_buttons', options, initial_option: option('three') }),
  input('date', { type: 'datepicker', initial_date: '2026-12-01' }),
  input('person', { type: 'users_select' }),
];

describe('a form of the sandbox page', () => {
  let slack: SlackFront;
  let app: App;
  let browser: Browser;
  let page: Page;
  const submitted: unknown[] = [];

  beforeAll(async () => {
    slack = await startSlackFront({ port: 0, ...credentials });
    const clientOptions = { slackApiUrl: `${slack.url}/api/` };
    const { appToken, botToken } = credentials;
    const receiver = new SocketModeReceiver({ appToken, installerOptions: { clientOptions } });
    app = new App({ receiver, token: botToken, clientOptions });
    app.command('/relight', async ({ ack, client, body }) => {
      await ack();
      const view = {
        type: 'modal',
        callback_id: 'form',
        title: plain('Form'),
        submit: plain('Send'),
      } as const;
      await client.views.open({ trigger_id: body.trigger_id, view: { ...view, blocks } as never });
    });
    app.view('form', async ({ ack, view }) => {
      submitted.push(view.state.values);
      await ack();
    });
    await app.start();
    ({ browser, page } = await openPage());
    await page.goto(slack.url);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await slack?.close();
  });

  async function openForm(): Promise<void> {
    const asked = { user: 'U0LEAD', channel: 'C0INCIDENT', text: '' };
    await postJson(`${slack.url}/_sandbox/command`, asked);
    await page.locator('.modal .bk-select').first().waitFor();
  }

  async function send(): Promise<unknown> {
    const before = submitted.length;
    await page.locator('.modal').getByRole('button', { name: 'Send' }).click();
    return until(() => submitted[before], 'the form to be submitted');
  }

  it('shows the initial value of each input and submits untouched inputs, as Slack does', async () => {
    await openForm();
    const modal = page.locator('.modal');
    expect(await modal.locator('.bk-select').first().inputValue()).toBe('two');
    expect(await modal.locator('textarea').inputValue()).toBe('first\nsecond');
    expect(await modal.locator('input:checked').count()).toBe(3);

    expect(await send()).toEqual({
      text: { text: { type: 'plain_text_input', value: 'eight GPUs' } },
      lines: { lines: { type: 'plain_text_input', value: 'first\nsecond' } },
      empty: { empty: { type: 'plain_text_input', value: null } },
      select: { select: { type: 'static_select', selected_option: option('two') } },
      unchosen: { unchosen: { type: 'static_select', selected_option: null } },
      boxes: { boxes: { type: 'checkboxes', selected_options: [option('one'), option('three')] } },
      radio: { radio: { type: 'radio_buttons', selected_option: option('three') } },
      date: { date: { type: 'datepicker', selected_date: '2026-12-01' } },
      person: { person: { type: 'users_select', selected_user: null } },
    });
  });

  it('submits changed inputs along with the unchanged ones', async () => {
    await openForm();
    await page.locator('.modal .bk-select').nth(1).selectOption('one');
    await page.locator('.modal input[type=date]').fill('2027-01-15');
    await page.locator('.modal .bk-select').last().selectOption({ label: 'Jonas Weber (responder)' });

    expect(await send()).toMatchObject({
      text: { text: { value: 'eight GPUs' } },
      unchosen: { unchosen: { selected_option: option('one') } },
      date: { date: { selected_date: '2027-01-15' } },
      person: { person: { type: 'users_select', selected_user: 'U0RESP' } },
    });
  });
});
