import type { types } from '@slack/bolt';
import { checkedRecords } from '../../../audit/trail/export-trail.ts';
import { createTrailReader, type TrailRecord } from '../../../incidents/record/trail-record.ts';
import { type Trail, type TrailMemo, trailSummary, trailView } from '../../views/request/trail.ts';
import type { ListenerServices } from '../answer.ts';
import type { ClickResponse, Requester } from '../click.ts';

export interface OpenTrail {
  readonly view: types.ModalView;
  readonly summary: string;
}

/** One page of the audit trail; or why the person may not read it. That they read it is recorded first. */
export async function readTrail(
  services: ListenerServices,
  { incident, page }: Pick<TrailMemo, 'incident' | 'page'>,
  requester: Requester,
): Promise<OpenTrail | ClickResponse> {
  const ref = { incident, step: 'audit', attempt: 1, hash: '' };
  const result = await services.intents.viewTrail(ref, requester);
  if (result.kind !== 'trail-shown') return result;
  const trail = await trailOf(services, incident);
  const view = trailView(trail, { incident, page, channel: requester.channel });
  return { view, summary: trailSummary(trail) };
}

async function trailOf(
  { store, catalog }: Pick<ListenerServices, 'store' | 'catalog'>,
  incident: string,
): Promise<Trail> {
  const records: TrailRecord[] = [];
  let broken: string | undefined;
  const reading = {
    readerFor: (name: string) => createTrailReader(name, catalog),
    onBreak: (problem: string) => {
      broken = problem;
    },
  };
  for await (const record of checkedRecords({ name: incident, lines: () => store.lines(incident) }, reading))
    records.push(record);
  return { incident, records, broken };
}
