import { z } from 'zod';
import type { EventOf, IncidentEvent } from '../model/events.ts';
import type { StepWords, Unlisted } from './timeline.ts';

/** The words of the audit trail for entries that the timeline leaves out. No entry is named by its type. */

const unlisted: { readonly [T in Unlisted]: (event: EventOf<T>, words: StepWords) => string } = {
  'step-progress': ({ step, note }, { titleOf }) => `${titleOf(step)}: ${note}`,
  'step-sent': ({ step }, { titleOf }) => `${titleOf(step)}: the first call to AWS follows`,
  'aws-called': ({ calls }) =>
    calls.length === 0
      ? 'Nothing was sent to AWS'
      : `Sent to AWS: ${calls.map(({ operation }) => operation).join(', ')}`,
  linked: ({ incident }) => `Noted the address of the thread of ${incident}`,
  paged: ({ action }) => pageWords[action],
};

type UnlistedEvent = EventOf<Unlisted>;

const pageWords = {
  trigger: 'Paged the on-call tool',
  acknowledge: 'Told the on-call tool that the call is acknowledged',
  resolve: 'Told the on-call tool that the incident is over',
} as const satisfies Record<EventOf<'paged'>['action'], string>;

export function isUnlisted(event: IncidentEvent): event is UnlistedEvent {
  return event.type in unlisted;
}

export function unlistedWords(event: UnlistedEvent, words: StepWords): string {
  // The table's function for an event type takes the event of that type.
  const say = unlisted[event.type] as (event: UnlistedEvent, words: StepWords) => string;
  return say(event, words);
}

const Texts = z.object({
  type: z.string(),
  command: z.string().optional().catch(undefined),
  note: z.string().optional().catch(undefined),
  why: z.string().optional().catch(undefined),
});

/** The words for an event that belongs to no incident, or that a newer version of Relight wrote. */
export function workspaceWords(event: unknown): string {
  const { type, command, note, why } = Texts.parse(event);
  const what = command === undefined ? (workspace[type] ?? sentence(type)) : `/relight ${command}: refused`;
  return [what, note ?? why].filter(Boolean).join(': ');
}

const workspace: Readonly<Record<string, string>> = {
  'autopilot-reset': 'Let Autopilot start over for',
  'journal-refused': 'Refused entries that Relight did not write',
};

/** `step-paused-by-aws` as `Step paused by aws`: the best that can be said of an unknown event. */
function sentence(type: string): string {
  const words = type.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
