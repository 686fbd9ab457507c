import type { Acked, SlackRequests } from '../../test/support/slack-requests.ts';
import type { OpenIncident } from './open-incidents.ts';

/** How a listener is registered with Bolt: the method of its `App`, and an id that Slack sends. */
export interface Registered {
  readonly on: 'action' | 'view' | 'command' | 'shortcut' | 'event';
  readonly id: string;
}

/** A request that Slack sends, and the listeners that answer it. `n` counts the requests. */
export interface Listener {
  readonly name: string;
  readonly answers: readonly Registered[];
  readonly send: (to: SlackRequests, n: number) => Promise<Acked>;
}

/** The incident of the request `n`: they take turns. */
export type IncidentAt = (n: number) => OpenIncident;

export const lead = 'U0LEAD';
