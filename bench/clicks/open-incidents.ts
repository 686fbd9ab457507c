import { actionIds } from '../../src/bot/ids.ts';
import { failJob } from '../../test/support/aws-ledger.ts';
import { buttonsOf, slackLedger, visibleText } from '../../test/support/responder.ts';
import { until } from '../../test/support/until.ts';
import { jobs } from './jobs.ts';
import type { ClickStandIns } from './stand-ins.ts';

export interface OpenIncident {
  readonly id: string;
  readonly job: string;
  /** The value of the button that approves its request. */
  readonly value: string;
}

/** Fails the jobs, and waits until the approval of each is asked for. */
export async function openIncidents({ region, slack }: ClickStandIns): Promise<readonly OpenIncident[]> {
  for (const job of jobs) await failJob({ region: { url: region } }, job, 'spot-interruption');
  return until(async () => {
    const { messages } = await slackLedger({ slack: { url: slack } });
    const values = messages
      .flatMap(buttonsOf)
      .filter(({ actionId }) => actionId === actionIds.approve)
      .map(({ value }) => value);
    const open = values.map((value) => {
      const [id = ''] = value.split('.');
      const card = messages.find(({ metadata }) => {
        const { incident, key } = metadata?.event_payload ?? {};
        return incident === id && key === 'card';
      });
      return { id, value, job: jobs.find((job) => visibleText(card).includes(job)) ?? '' };
    });
    return open.length === jobs.length && open.every(({ job }) => job !== '') && open;
  }, 'the approvals to be asked for');
}
