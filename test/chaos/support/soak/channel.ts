import { z } from 'zod';
import { buttonsOf, type MessageButton, type SlackMessage } from '../../../support/responder.ts';
import { getJson, type World } from '../../../support/world.ts';

const Message = z.custom<SlackMessage>((value) => typeof value === 'object' && value !== null);
const Ephemeral = z.object({ user: z.string(), text: z.string(), at: z.number() });
const View = z.looseObject({
  kind: z.string(),
  user: z.string().optional(),
  view: z
    .looseObject({ callback_id: z.string().optional(), private_metadata: z.string().optional() })
    .optional(),
  at: z.number(),
});
const Ledger = z.object({
  messages: z.array(Message),
  ephemerals: z.array(Ephemeral),
  views: z.array(View),
});

export type OpenedView = z.infer<typeof View>;

/** What the incident channel shows. The ledger of the stand-in is read in parts, because it grows for an hour. */
export interface Channel {
  /** Reads what has changed since the last time. */
  readonly refresh: () => Promise<void>;
  /** The card of each incident. */
  readonly cards: () => readonly SlackMessage[];
  /** All messages of an incident, by its id. */
  readonly thread: (incident: string) => readonly SlackMessage[];
  readonly buttons: (incident: string) => readonly (MessageButton & { readonly label: string })[];
  /** Views and ephemeral messages of the last minutes. */
  readonly views: () => readonly OpenedView[];
  readonly ephemerals: () => readonly z.infer<typeof Ephemeral>[];
  /** Forgets the threads of incidents that need no more clicks. */
  readonly forget: (incident: string) => void;
}

/** The clocks are the same, but a request takes a while. */
const overlapMs = 1_000;
/** Longer than people wait for what came of a click. */
const keptMs = 180_000;

export function openChannel({ slack }: Pick<World, 'slack'>): Channel {
  const threads = new Map<string, Map<string, SlackMessage>>();
  const cards = new Map<string, SlackMessage>();
  const [views, ephemerals] = [lately<OpenedView>(), lately<z.infer<typeof Ephemeral>>()];
  let since = 0;
  const thread = (incident: string): readonly SlackMessage[] => [...(threads.get(incident)?.values() ?? [])];
  const add = (message: SlackMessage): void => {
    if (message.metadata === undefined) return;
    const { incident, key } = message.metadata.event_payload;
    // A card is kept for the whole soak, so without its blocks.
    if (key === 'card') cards.set(message.ts, { ...message, blocks: [] });
    threads.set(
      incident,
      (threads.get(incident) ?? new Map<string, SlackMessage>()).set(message.ts, message),
    );
  };
  return {
    refresh: async () => {
      const began = Date.now();
      const ledger = Ledger.parse(await getJson(`${slack.url}/_sandbox/ledger?since=${since}`));
      since = began - overlapMs;
      for (const message of ledger.messages) add(message);
      views.add(ledger.views, began);
      ephemerals.add(ledger.ephemerals, began);
    },
    cards: () => [...cards.values()],
    thread,
    buttons: (incident) =>
      thread(incident).flatMap((message) => buttonsOf(message).map((button) => ({ message, ...button }))),
    views: views.all,
    ephemerals: ephemerals.all,
    forget: (incident) => void threads.delete(incident),
  };
}

interface Lately<T> {
  readonly add: (all: readonly T[], now: number) => void;
  readonly all: () => readonly T[];
}

/** What was read several times is kept once, and not for the whole soak. */
function lately<T extends { readonly at: number }>(): Lately<T> {
  const kept = new Map<string, T>();
  return {
    add: (all, now) => {
      for (const one of all) kept.set(JSON.stringify(one), one);
      for (const [key, { at }] of kept) if (at < now - keptMs) kept.delete(key);
    },
    all: () => [...kept.values()],
  };
}
