import fc from 'fast-check';
import { actionIds, handOverFormId, startShortcutId } from '../../../src/bot/ids.ts';
import { lead } from '../../support/responder.ts';
import {
  type SignedRequest,
  type SlackRequests,
  signedRequest,
  slackRequests,
} from '../../support/slack-requests.ts';
import { goldJob } from '../../support/world.ts';
import { meaningless } from './request-changes.ts';

export type RequestKind = 'click' | 'submission' | 'command' | 'shortcut' | 'event';

/** One request of each kind, which has an effect if it is accepted. `value` is that of the button that approves. */
function requestsOf(
  value: string,
): Readonly<Record<RequestKind, (slack: SlackRequests) => Promise<unknown>>> {
  const [incident] = value.split('.');
  return {
    click: async (slack) => slack.click(lead, actionIds.approve, value),
    submission: async (slack) =>
      slack.submit(lead, {
        id: handOverFormId,
        ref: `${incident}.hand-over.1.`,
        values: { to: { type: 'users_select', selected_user: 'U0RESP' } },
      }),
    command: async (slack) => slack.command(lead, 'status'),
    shortcut: async (slack) => slack.useShortcut(lead, startShortcutId, { ts: '1.2', text: goldJob }),
    event: async (slack) => slack.openHome(lead),
  };
}

/** What Slack would send at this moment. None of it is sent. */
export async function genuineRequests(value: string): Promise<Readonly<Record<RequestKind, SignedRequest>>> {
  const make = requestsOf(value);
  const sign = async (kind: RequestKind): Promise<SignedRequest> => {
    let signed: SignedRequest | undefined;
    const catching = slackRequests(async (type, payload) => {
      signed = signedRequest(type, payload, Date.now());
      return { status: 0, body: '', ms: 0 };
    });
    await make[kind](catching);
    if (signed === undefined) throw new Error(`nothing was sent for a ${kind}`);
    return signed;
  };
  return {
    click: await sign('click'),
    submission: await sign('submission'),
    command: await sign('command'),
    shortcut: await sign('shortcut'),
    event: await sign('event'),
  };
}

const form = 'application/x-www-form-urlencoded';
const depths = fc.integer({ min: 1_000, max: 100_000 });

/** Bodies that Slack never sends, with their content type. */
export const meaninglessBodies: fc.Arbitrary<readonly [body: string, contentType: string]> = fc
  .oneof(
    fc.constantFrom(...meaningless),
    fc.json(),
    depths.map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
    depths.map((depth) => `${'{"event":'.repeat(depth)}1${'}'.repeat(depth)}`),
  )
  .chain((body) =>
    fc.constantFrom<readonly [string, string]>(
      [body, 'application/json'],
      [`payload=${encodeURIComponent(body)}`, form],
      [body, form],
    ),
  );
