import type { SlackCalls } from '../../bot/slack/slack-calls.ts';
import { refusalError } from '../../bot/slack/slack-errors.ts';
import { createTokenCheck } from '../../bot/slack/token-check.ts';
import type { createWebClient } from '../../bot/slack/web-client.ts';
import { clock as clockTime, minutes } from '../../in-words.ts';
import { createSlackGate, type SlackGate, type SlackTrouble } from '../../outbox/slack-gate.ts';
import type { Core, RunningRole } from '../core.ts';
import type { ThreadWatches } from './thread-watches.ts';

interface SlackHealthSources {
  readonly client: ReturnType<typeof createWebClient>;
  readonly calls: SlackCalls;
}

interface Parts {
  readonly watches: ThreadWatches;
  /** Whether a click would reach this process now. */
  readonly connected: () => boolean;
}

/** Whether Slack takes messages: as the deliveries saw it, and the token as Slack sees it. */
export function slackHealth(
  core: Core,
  { client, calls }: SlackHealthSources,
  { watches, connected }: Parts,
): Pick<Required<RunningRole>, 'checks' | 'details' | 'gauges'> {
  const { incident_channel: incidents, audit_channel: audit } = core.config.settings;
  const gateOf = (channel: string): SlackGate => createSlackGate(core.redis.forAnswers, channel);
  const gate = gateOf(incidents);
  const token = createTokenCheck(client);
  return {
    checks: [
      {
        name: 'slack',
        run: async () => {
          if (!connected()) return 'the connection to Slack is down';
          return (await troubleIn(gate, incidents)) ?? (await tokenProblem(token, gate));
        },
      },
    ],
    // The audit channel is no reason to take the bot out of service.
    details: async () =>
      audit === undefined ? {} : { audit_channel: (await troubleIn(gateOf(audit), audit)) ?? 'ok' },
    gauges: slackGauges(watches, calls, gate),
  };
}

/** A quiet channel has no deliveries that could notice a token which was revoked. */
async function tokenProblem(
  check: ReturnType<typeof createTokenCheck>,
  gate: SlackGate,
): Promise<string | undefined> {
  const problem = await check();
  if (problem?.code === 'slack-auth') await gate.refused(problem.detail);
  return problem?.line;
}

/** What is wrong and what to do, in one line; undefined while Slack takes messages in the channel. */
export async function troubleIn(
  gate: Pick<SlackGate, 'trouble'>,
  channel: string,
): Promise<string | undefined> {
  const trouble = await gate.trouble();
  return trouble && inWords(channel, trouble);
}

function inWords(channel: string, { error, since, forMs }: SlackTrouble): string {
  const { message, next } = refusalError(error, undefined);
  const asOf = `since ${clockTime(since)} (${minutes(Math.floor(forMs / 60_000))})`;
  return `${message} for ${channel}, ${asOf}. ${next}`;
}

function slackGauges(
  { incidents }: ThreadWatches,
  calls: SlackCalls,
  gate: SlackGate,
): Required<RunningRole>['gauges'] {
  return [
    {
      name: 'relight_outbox_depth',
      help: 'Threads that wait for a delivery to Slack',
      read: async () => incidents.waiting().threads,
    },
    {
      name: 'relight_outbox_oldest_seconds',
      help: 'How long the oldest of them has waited',
      read: async () => incidents.waiting().oldestMs / 1_000,
    },
    {
      name: 'relight_slack_refusing_seconds',
      help: 'How long Slack has taken no messages; 0 while it takes them',
      read: async () => ((await gate.trouble())?.forMs ?? 0) / 1_000,
    },
    {
      name: 'relight_slack_errors_total',
      help: 'Failed calls to Slack since the start of this process, by error code',
      labels: ['error'],
      kind: 'counter',
      read: async () => [...calls.byError()].map(([error, value]) => ({ labels: { error }, value })),
    },
  ];
}
