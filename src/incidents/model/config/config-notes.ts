import type { EventOf, IncidentEvent } from '../events.ts';

export type ConfigEvent = EventOf<'tier-removed' | 'playbook-lost'>;

/** An announcement in the thread. */
export interface ConfigNote {
  readonly at: number;
  readonly event: ConfigEvent;
}

/** The part of an incident that follows from changes of the configuration. */
export interface Configured {
  readonly configNotes?: readonly ConfigNote[];
  /** The most approvals that one of its requests has asked for. */
  readonly mostNeeded?: number;
}

export function isConfigEvent(event: IncidentEvent): event is ConfigEvent {
  return event.type === 'tier-removed' || event.type === 'playbook-lost';
}

export function afterConfigEvent(
  { configNotes = [] }: Configured,
  event: ConfigEvent,
  at: number,
): Configured {
  return { configNotes: [...configNotes, { at, event }] };
}

/** When the incident was told that its tier is gone; undefined if it was not. */
export function tierRemoved({ configNotes = [] }: Configured, tier: string): ConfigNote | undefined {
  return configNotes.find(({ event }) => event.type === 'tier-removed' && event.tier === tier);
}

/** When this run of a playbook was found to have lost it; undefined if it was not. */
export function playbookLost({ configNotes = [] }: Configured, run: number): ConfigNote | undefined {
  return configNotes.find(({ event }) => event.type === 'playbook-lost' && event.run === run);
}
