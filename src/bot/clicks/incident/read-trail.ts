import type { types } from '@slack/bolt';
import { type TrailMemo, trailSummary, trailView } from '../../views/request/trail.ts';
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
  const trail = await services.trailOf(incident);
  const view = trailView(trail, { incident, page, channel: requester.channel });
  return { view, summary: trailSummary(trail) };
}
