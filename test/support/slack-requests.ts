import { createHmac } from 'node:crypto';
import { credentials } from '../../sandbox/relight-process.ts';

/** The answer of a bot in HTTP mode, which is Slack's acknowledgment. */
export interface Acked {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

/** Signed requests as Slack sends them in HTTP mode, each with its own signature. */
export interface SlackRequests {
  /** A click on a button, or on an option of the menu `menu`. */
  readonly click: (user: string, action: string, value: string) => Promise<Acked>;
  readonly choose: (user: string, menu: string, value: string) => Promise<Acked>;
  readonly submit: (user: string, form: Form) => Promise<Acked>;
  readonly command: (user: string, text: string) => Promise<Acked>;
  readonly openHome: (user: string) => Promise<Acked>;
}

/** A filled-in form. `ref` is the value of the button that opened it. */
export interface Form {
  readonly id: string;
  readonly ref: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const channel = 'C0INCIDENT';
const team = 'T0SANDBOX';

/** `now` is the clock of the bot, which refuses old requests. */
export function slackRequestsTo(url: string, now: () => number = Date.now): SlackRequests {
  let sent = 0;
  const post = async (body: string, type: string): Promise<Acked> => {
    const timestamp = String(Math.floor(now() / 1_000));
    const mac = createHmac('sha256', credentials.signingSecret).update(`v0:${timestamp}:${body}`);
    const start = performance.now();
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': type,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${mac.digest('hex')}`,
      },
      body,
    });
    const text = await answer.text();
    return { status: answer.status, body: text, ms: performance.now() - start };
  };
  const form = async (fields: Readonly<Record<string, string>>): Promise<Acked> =>
    post(new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded');
  // A trigger is unique, and so is the signature of each request.
  const trigger = (): string => `${(sent += 1)}.${process.pid}.${performance.now()}`;
  const interact = async (user: string, payload: object): Promise<Acked> =>
    form({
      payload: JSON.stringify({
        user: { id: user, team_id: team },
        team: { id: team },
        trigger_id: trigger(),
        ...payload,
      }),
    });
  const act = async (user: string, action: object): Promise<Acked> =>
    interact(user, { type: 'block_actions', channel: { id: channel }, actions: [action] });
  return {
    click: async (user, action_id, value) => act(user, { type: 'button', action_id, block_id: 'b', value }),
    choose: async (user, action_id, value) =>
      act(user, { type: 'overflow', action_id, block_id: 'b', selected_option: { value } }),
    submit: async (user, { id, ref, values }) =>
      interact(user, {
        type: 'view_submission',
        view: {
          type: 'modal',
          callback_id: id,
          private_metadata: JSON.stringify({ ref }),
          state: {
            values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { [key]: value }])),
          },
        },
      }),
    command: async (user_id, text) =>
      form({
        command: '/relight',
        text,
        user_id,
        team_id: team,
        channel_id: channel,
        trigger_id: trigger(),
      }),
    openHome: async (user) =>
      post(
        JSON.stringify({
          type: 'event_callback',
          team_id: team,
          event_id: trigger(),
          event: { type: 'app_home_opened', user, tab: 'home' },
        }),
        'application/json',
      ),
  };
}

/** The value below which this share of the numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
