import { createHmac } from 'node:crypto';
import { credentials } from '../../sandbox/relight-process.ts';

/** Slack's acknowledgment: the answer of a bot in HTTP mode, or the reply to an envelope in Socket Mode. */
export interface Acked {
  /** 200 if it was acknowledged. */
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

/** Requests as Slack sends them. */
export interface SlackRequests {
  /** A click on a button, or on an option of the menu `menu`. */
  readonly click: (user: string, action: string, value: string) => Promise<Acked>;
  readonly choose: (user: string, menu: string, value: string) => Promise<Acked>;
  readonly submit: (user: string, form: Form) => Promise<Acked>;
  readonly command: (user: string, text: string) => Promise<Acked>;
  /** A message shortcut. */
  readonly useShortcut: (user: string, id: string, message: unknown) => Promise<Acked>;
  readonly openHome: (user: string) => Promise<Acked>;
}

/** A filled-in form. `ref` is the value of the button that opened it. */
export interface Form {
  readonly id: string;
  readonly ref: string;
  /** What Relight stored with the view beside the `ref`. */
  readonly memo?: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The type of a request, as Socket Mode names it: https://docs.slack.dev/apis/events-api/using-socket-mode */
export type RequestType = 'interactive' | 'slash_commands' | 'events_api';
export type Send = (type: RequestType, payload: Readonly<Record<string, unknown>>) => Promise<Acked>;

const channel = 'C0INCIDENT';
const team = 'T0SANDBOX';

/** Signed requests in HTTP mode. `now` is the clock of the bot, which refuses old requests. */
export function slackRequestsTo(url: string, now: () => number = Date.now): SlackRequests {
  return slackRequests(async (type, payload) => {
    const { headers, body } = signedRequest(type, payload, now());
    const start = performance.now();
    const answer = await fetch(url, { method: 'POST', headers, body });
    const text = await answer.text();
    return { status: answer.status, body: text, ms: performance.now() - start };
  });
}

export interface SignedRequest {
  readonly headers: {
    readonly 'content-type': string;
    readonly 'x-slack-request-timestamp': string;
    readonly 'x-slack-signature': string;
  };
  readonly body: string;
}

/** The request that Slack would send at this time. */
export function signedRequest(
  type: RequestType,
  payload: Readonly<Record<string, unknown>>,
  at: number,
): SignedRequest {
  const [body, contentType] = encoded(type, payload);
  return signed(body, contentType, at);
}

/** Any body with the signature that Slack would add at this time: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signed(
  body: string,
  contentType: string,
  at: number,
  secret: string = credentials.signingSecret,
): SignedRequest {
  const timestamp = String(Math.floor(at / 1_000));
  const mac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`);
  return {
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${mac.digest('hex')}`,
    },
    body,
  };
}

function encoded(
  type: RequestType,
  payload: Readonly<Record<string, unknown>>,
): readonly [body: string, contentType: string] {
  const json = JSON.stringify(payload);
  if (type === 'events_api') return [json, 'application/json'];
  const fields =
    type === 'interactive'
      ? { payload: json }
      : Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]));
  return [new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded'];
}

export function slackRequests(send: Send): SlackRequests {
  let sent = 0;
  // A trigger is unique, and so is the signature of each request.
  const trigger = (): string => `${(sent += 1)}.${process.pid}.${performance.now()}`;
  const interact = async (user: string, payload: object): Promise<Acked> =>
    send('interactive', {
      user: { id: user, team_id: team },
      team: { id: team },
      trigger_id: trigger(),
      ...payload,
    });
  const act = async (user: string, action: object): Promise<Acked> =>
    interact(user, { type: 'block_actions', channel: { id: channel }, actions: [action] });
  return {
    click: async (user, action_id, value) => act(user, { type: 'button', action_id, block_id: 'b', value }),
    choose: async (user, action_id, value) =>
      act(user, { type: 'overflow', action_id, block_id: 'b', selected_option: { value } }),
    submit: async (user, form) => interact(user, { type: 'view_submission', view: submittedView(form) }),
    command: async (user_id, text) =>
      send('slash_commands', {
        command: '/relight',
        text,
        user_id,
        team_id: team,
        channel_id: channel,
        trigger_id: trigger(),
      }),
    useShortcut: async (user, callback_id, message) =>
      interact(user, { type: 'message_action', callback_id, channel: { id: channel, name: 'any' }, message }),
    openHome: async (user) =>
      send('events_api', {
        type: 'event_callback',
        team_id: team,
        event_id: trigger(),
        event: { type: 'app_home_opened', user, tab: 'home' },
      }),
  };
}

function submittedView({ id, ref, memo, values }: Form): object {
  return {
    type: 'modal',
    callback_id: id,
    private_metadata: JSON.stringify({ ref, ...memo }),
    state: {
      values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { [key]: value }])),
    },
  };
}

/** The value below which this share of the numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
