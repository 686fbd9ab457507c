import { actionIds, declineFormId, pauseFormId } from '../../src/bot/ids.ts';
import { failJob } from '../../test/support/aws-ledger.ts';
import { buttonsOf, slackLedger } from '../../test/support/responder.ts';
import type { Acked, SlackRequests } from '../../test/support/slack-requests.ts';
import { until } from '../../test/support/until.ts';
import { jobs } from './jobs.ts';
import type { ClickStandIns } from './stand-ins.ts';

/** One kind of request that Slack sends. `n` counts the requests of this kind. */
export interface Listener {
  readonly name: string;
  readonly send: (to: SlackRequests, n: number) => Promise<Acked>;
}

const lead = 'U0LEAD';
const typed = (value: string): unknown => ({ type: 'plain_text_input', value });

/** Fails the jobs, and waits until the approval of each is asked for. Returns the values of the buttons. */
export async function openIncidents({ region, slack }: ClickStandIns): Promise<readonly string[]> {
  for (const job of jobs) await failJob({ region: { url: region } }, job, 'spot-interruption');
  return until(async () => {
    const { messages } = await slackLedger({ slack: { url: slack } });
    const values = messages
      .flatMap(buttonsOf)
      .filter(({ actionId }) => actionId === actionIds.approve)
      .map(({ value }) => value);
    return values.length === jobs.length && values;
  }, 'the approvals to be asked for');
}

/** Every kind of listener. Pausing and resuming take turns, so that each of them is recorded in the journal. */
export function listenersFor(values: readonly string[]): readonly Listener[] {
  const valueOf = (n: number): string => values[n % values.length] ?? '';
  const incidentOf = (n: number): string => valueOf(n).split('.')[0] ?? '';
  const old = (n: number): string => valueOf(n).replace(/\.\w*$/, '.00000000');
  const pause = async (to: SlackRequests, n: number): Promise<Acked> =>
    to.submit(lead, { id: pauseFormId, ref: `${incidentOf(n)}.pause.1.`, values: { why: typed('dinner') } });
  const resume = async (to: SlackRequests, n: number): Promise<Acked> =>
    to.click(lead, actionIds.unpause, `${incidentOf(n)}.resume.1.`);
  const turns = async (to: SlackRequests, n: number): Promise<Acked> =>
    Math.floor(n / values.length) % 2 === 0 ? pause(to, n) : resume(to, n);
  return [
    { name: 'a form and a button that are recorded', send: turns },
    { name: 'a button on an old copy', send: async (to, n) => to.click(lead, actionIds.approve, old(n)) },
    {
      name: 'a button that opens a form',
      send: async (to, n) => to.click(lead, actionIds.decline, valueOf(n)),
    },
    {
      name: 'a form that is refused',
      send: async (to, n) =>
        to.submit(lead, { id: declineFormId, ref: old(n), values: { reason: typed('not this one') } }),
    },
    {
      name: 'a menu of the card',
      send: async (to, n) => to.choose(lead, actionIds.moreMoves, `${incidentOf(n)}.hand-over.1.`),
    },
    { name: 'a slash command', send: async (to) => to.command(lead, 'list') },
    { name: 'the Home tab', send: async (to) => to.openHome(lead) },
  ];
}
