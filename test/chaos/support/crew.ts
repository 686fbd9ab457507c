import { buttonsOf, type HasSlack, otherLead, press, type SlackMessage } from '../../support/responder.ts';
import { getJson } from '../../support/world.ts';
import { type BrokenJob, kinds } from './broken-jobs.ts';

/** How far the people are with the recovery of one job. */
export interface Progress extends BrokenJob {
  /** How many of the buttons are done with. */
  pressed: number;
  /** The button that was pressed last, and when: it is pressed again while the thread still shows it. */
  last?: { readonly value: string; readonly at: number; readonly isNext: boolean };
  /** Since when the thread has not shown the button that comes next. */
  withoutSince?: number | undefined;
  /** What the card says in the end. */
  recovered?: string;
}

/** How long people wait before they press a button again that still stands there. */
const patienceMs = 5_000;
const tryAgainMs = 20_000;
const isOver = /(?:Recovered|Restored) in/;

interface Shown {
  readonly messages: readonly SlackMessage[];
}

/** People who walk all threads of the channel through their recoveries. */
export interface Crew {
  readonly progress: readonly Progress[];
  /** Looks at the channel once and presses what there is to press, in at most `open` threads at a time. */
  readonly look: () => Promise<void>;
  readonly areDone: () => boolean;
}

export function createCrew(world: HasSlack, jobs: readonly BrokenJob[], open: number): Crew {
  const progress: Progress[] = jobs.map((job) => ({ ...job, pressed: 0 }));
  const shown = channelOf(world);
  return {
    progress,
    areDone: () => progress.every(({ recovered }) => recovered !== undefined),
    look: async () => {
      const threads = threadsIn(await shown());
      const unfinished = progress.filter(({ recovered }) => recovered === undefined);
      for (const one of unfinished.slice(0, open)) await goOn(world, one, threads);
    },
  };
}

async function goOn(world: HasSlack, one: Progress, threads: Threads): Promise<void> {
  const thread = threads.get(one.name) ?? [];
  const buttons = thread.flatMap((message) => buttonsOf(message).map((button) => ({ message, ...button })));
  if (stillShows(one, buttons)) return;
  const label = kinds[one.kind].presses[one.pressed];
  const text = thread.find(({ thread_ts }) => thread_ts === undefined)?.text ?? '';
  if (label === undefined && isOver.test(text)) one.recovered = text;
  const next = nextOf(one, buttons, label);
  if (next === undefined) return;
  one.last = { value: next.value, at: Date.now(), isNext: next.label === label };
  // Nobody takes the click while the bot is dead. It is pressed again.
  await press(world, otherLead, next).catch(() => undefined);
}

/** The button to press. A step that failed for good is tried again, if Relight has not gone on by itself after a while. */
function nextOf<B extends { readonly label: string }>(
  one: Progress,
  buttons: readonly B[],
  label: string | undefined,
): B | undefined {
  const wanted = buttons.find((button) => button.label === label);
  const now = Date.now();
  one.withoutSince = wanted === undefined ? (one.withoutSince ?? now) : undefined;
  if (wanted !== undefined || now - (one.withoutSince ?? now) < tryAgainMs) return wanted;
  return buttons.find((button) => button.label === 'Try again');
}

/** Whether the thread shows the button that was pressed a moment ago. One that is gone is done with. */
function stillShows(one: Progress, buttons: readonly { readonly value: string }[]): boolean {
  const { last } = one;
  if (last === undefined) return false;
  if (buttons.some(({ value }) => value === last.value)) return Date.now() - last.at < patienceMs;
  if (last.isNext) one.pressed += 1;
  delete one.last;
  return false;
}

/** The messages of each thread, the card first, by the job that the card is about. */
type Threads = ReadonlyMap<string, readonly SlackMessage[]>;

function threadsIn(messages: readonly SlackMessage[]): Threads {
  const byRoot = new Map<string, SlackMessage[]>();
  for (const message of messages) {
    const root = message.thread_ts ?? message.ts;
    byRoot.set(root, [...(byRoot.get(root) ?? []), message]);
  }
  return new Map(
    [...byRoot.values()].map((thread) => [
      /srl-rlvr-[a-z]+-(?:\d{8}|prod)/.exec(thread[0]?.text ?? '')?.[0] ?? '',
      thread,
    ]),
  );
}

/** The clocks are the same, but a request takes a while. */
const overlapMs = 1_000;

/** Reads what has changed since the last time; returns all messages. Not validated, because it is read every second. */
function channelOf(world: HasSlack): () => Promise<readonly SlackMessage[]> {
  const messages = new Map<string, SlackMessage>();
  let since = 0;
  return async () => {
    const began = Date.now();
    const changed = (await getJson(`${world.slack.url}/_sandbox/ledger?since=${since}`)) as Shown;
    since = began - overlapMs;
    for (const message of changed.messages) messages.set(message.ts, message);
    return [...messages.values()];
  };
}
