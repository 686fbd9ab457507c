import { createHash } from 'node:crypto';
import type { types } from '@slack/bolt';
import { approve } from '../incidents/approve.ts';
import { monthOf } from '../incidents/figures/month.ts';
import { currentStep, type Incident, stateOf } from '../incidents/model/incident.ts';
import { firstWithin } from './clicks/deadline.ts';
import { authorizeFor, type Known, lookUp } from './clicks/decide.ts';
import { linksTo, openIncidents } from './open-incidents.ts';
import { createPreparation } from './preparation.ts';
import type { BotServices } from './services.ts';
import { homeView } from './views/home/home.ts';
import type { HomeContent } from './views/home/home-section.ts';

/** The Home tab of each person. */
export interface Home {
  /** Publishes it, and keeps it up to date for a day. */
  readonly open: (user: string) => Promise<void>;
  /** Something that it shows may have changed. */
  readonly changed: () => void;
  readonly close: () => void;
}

/** Many changes come together, and one refresh shows them all. */
const settleMs = 3_000;
/** https://docs.slack.dev/apis/web-api/rate-limits: views.publish allows 100 calls per minute. */
const spacingMs = 1_000;
const maxReaders = 50;
const figuresMs = 1_000;

export function createHome(services: BotServices): Home {
  const { homeReaders, log } = services;
  const shown = new Map<string, string>();
  const preparation = createPreparation(services);
  const content = async (): Promise<SharedContent> => {
    const [shared, prepared] = await Promise.all([sharedContent(services), preparation()]);
    return { ...shared, preparation: prepared };
  };
  const publish = async (user: string, shared: SharedContent): Promise<boolean> => {
    const view = await viewFor(services, user, shared);
    const print = createHash('sha256').update(JSON.stringify(view)).digest('hex');
    if (shown.get(user) === print) return false;
    await services.client.views.publish({ user_id: user, view });
    shown.set(user, print);
    return true;
  };
  const later = createSettled(async (isClosed) => {
    const readers = (await homeReaders.all()).slice(-maxReaders).toReversed();
    if (readers.length === 0) return;
    const shared = await content();
    for (const user of readers) {
      if (isClosed()) return;
      if (await publish(user, shared)) await pause(spacingMs);
    }
  }, log);
  return {
    open: async (user) => {
      // What Slack shows may be older than what this process published last.
      shown.delete(user);
      const [shared] = await Promise.all([content(), homeReaders.add(user)]);
      await publish(user, shared);
    },
    changed: later.ask,
    close: later.close,
  };
}

/** Does the work once after many requests, one run at a time, until it is closed. */
function createSettled(
  work: (isClosed: () => boolean) => Promise<void>,
  log: BotServices['log'],
): { readonly ask: () => void; readonly close: () => void } {
  let closed = false;
  let asked = false;
  let waiting: NodeJS.Timeout | undefined;
  const run = async (): Promise<void> => {
    asked = false;
    await work(() => closed).catch((error: unknown) =>
      log.warn({ error: String(error) }, 'the Home tab could not be refreshed'),
    );
    waiting = undefined;
    if (asked) ask();
  };
  const ask = (): void => {
    asked = true;
    if (!closed) waiting ??= setTimeout(() => void run(), settleMs).unref();
  };
  return {
    ask,
    close: () => {
      closed = true;
      clearTimeout(waiting);
    },
  };
}

type SharedContent = Omit<HomeContent, 'user' | 'awaiting'>;

/** What everybody's Home tab shows. */
async function sharedContent(services: BotServices): Promise<SharedContent> {
  const { figures, clock, log } = services;
  const month = monthOf(clock.now());
  const [open, report] = await Promise.all([
    openIncidents(services),
    firstWithin(figuresMs, figures.report(month)).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'the figures could not be read');
      return undefined;
    }),
  ]);
  return { ...open, links: await linksTo(services, open), figures: report };
}

async function viewFor(services: BotServices, user: string, content: SharedContent): Promise<types.HomeView> {
  const known = await lookUp(services, user);
  const awaiting = content.incidents
    .map(({ incident }) => incident)
    .filter((incident) => couldApprove(services, { incident, user, known, halt: content.halt }));
  return homeView({ ...content, user, awaiting }, services.clock.now());
}

interface Asked extends Pick<SharedContent, 'halt'> {
  readonly incident: Incident;
  readonly user: string;
  readonly known: Known;
}

/** Whether an approval by this person would be recorded now: the same decision as for the button, which records nothing here. */
function couldApprove(services: BotServices, { incident, user, known, halt }: Asked): boolean {
  const step = currentStep(incident);
  const state = step === undefined ? undefined : stateOf(incident, step);
  if (step === undefined || state?.status !== 'proposed') return false;
  const by = { user, via: 'button' } as const;
  const channel = services.settings.incident_channel;
  const authorize = authorizeFor(services, incident, { actor: by, channel }, known);
  const target = { step, attempt: state.attempt, hash: state.hash };
  const { kind } = approve(incident, { target, by, authorize, now: services.clock.now(), halt }).answer;
  return kind === 'recorded' || kind === 'more-needed';
}

async function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
