import type { ClickResult } from '../../incidents/click-result.ts';
import type { Actor } from '../../incidents/model/events.ts';

/** What became of what a person wanted: exactly one of these, and one sentence for each. */
export type Outcome =
  | ClickResult
  | { readonly kind: 'not-recorded' }
  /** A typed id that no incident has. */
  | { readonly kind: 'no-incident' }
  /** A message of Relight's own names the incident, so its record was lost. */
  | { readonly kind: 'incident-lost' };

/** A person at a place in Slack, as Slack signed it. */
export interface Asker {
  readonly actor: Actor;
  readonly channel: string;
}
