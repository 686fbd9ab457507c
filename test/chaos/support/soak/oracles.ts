import { awsLedger } from '../../../support/aws-ledger.ts';
import { type SlackMessage, slackLedger } from '../../../support/responder.ts';
import type { World } from '../../../support/world.ts';
import type { Wave } from './alarms.ts';
import type { FailedJob } from './training-jobs.ts';

/** What went wrong, according to the ledgers of the stand-ins. Each list says what and where. */
export interface Wrongs {
  readonly lostAlarms: readonly string[];
  readonly extraCards: readonly string[];
  readonly extraMessages: readonly string[];
  readonly extraLaunches: readonly string[];
  /** Recoveries that were approved by clicks, and nothing was launched. */
  readonly missingLaunches: readonly string[];
  /** Two jobs on one checkpoint folder, and messages that Slack refused. */
  readonly refused: readonly unknown[];
}

interface Expected {
  readonly failed: readonly FailedJob[];
  readonly waves: readonly Wave[];
  /** Incidents in which an approval was acknowledged and took effect. */
  readonly approved: ReadonlySet<string>;
}

export async function wrongsIn(world: World, { failed, waves, approved }: Expected): Promise<Wrongs> {
  const { messages, violations } = await slackLedger(world);
  const { calls, corruption } = await awsLedger(world);
  const cards = countOf(messages.filter(isCard).map(jobOf));
  const due = countOf([...failed, ...waves].map(({ job }) => job));
  const launched = calls
    .filter(({ operation }) => operation === 'CreateTrainingJob')
    .map(({ request }) => tagOf(request, 'relight:incident'))
    .filter((incident) => incident !== undefined);
  const keys = messages.flatMap(({ metadata }) => (metadata ? [JSON.stringify(metadata.event_payload)] : []));
  return {
    lostAlarms: [...due].flatMap(([job, count]) => missing(job, count, cards.get(job))),
    extraCards: [...cards].flatMap(([job, count]) => missing(job, count, due.get(job))),
    extraMessages: moreThanOnce(keys),
    extraLaunches: moreThanOnce(launched),
    missingLaunches: [...approved].filter((incident) => !launched.includes(incident)),
    refused: [...violations, ...corruption],
  };
}

function isCard({ metadata }: SlackMessage): boolean {
  return metadata?.event_payload.key === 'card';
}

/** The job of a card: the one that failed, not the one that was launched for it. */
export function jobOf({ text }: Pick<SlackMessage, 'text'>): string {
  return /srl-rlvr-\w+-(?:soak|steady)-\d+/.exec(text)?.[0] ?? text;
}

function missing(job: string, expected: number, found = 0): readonly string[] {
  return expected > found ? [`${job}: ${found} of ${expected}`] : [];
}

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function moreThanOnce(names: readonly string[]): readonly string[] {
  return [...countOf(names)].flatMap(([name, count]) => (count > 1 ? [`${name}: ${count}`] : []));
}

function tagOf(request: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const tags = Array.isArray(request['Tags']) ? request['Tags'] : [];
  return tags.find((tag: { readonly Key?: unknown }) => tag.Key === name)?.Value;
}
