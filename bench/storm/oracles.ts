import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { getJson } from '../../test/support/world.ts';

/** What stands in the channel, as the stand-in for Slack saw it. */
const Channel = z.object({
  messages: z.array(
    z.object({
      thread_ts: z.string().optional(),
      postedAt: z.number(),
      metadata: z.object({ event_payload: z.object({ incident: z.string(), key: z.string() }) }).optional(),
    }),
  ),
  rateLimited: z.number(),
});
export type Channel = z.infer<typeof Channel>;

export async function channelOf(slack: string): Promise<Channel> {
  return Channel.parse(await getJson(`${slack}/_sandbox/ledger`));
}

export function rootsIn({ messages }: Channel): Channel['messages'] {
  return messages.filter((one) => one.thread_ts === undefined);
}

/** Messages that stand there more than once; those that are nothing but files have no key. */
export function doubledIn({ messages }: Channel): number {
  const keys = messages.flatMap(({ metadata }) => (metadata && JSON.stringify(metadata.event_payload)) || []);
  return keys.length - new Set(keys).size;
}

export function mostIn(seconds: number, { messages }: Channel): number {
  const times = messages.map(({ postedAt }) => postedAt).toSorted((one, other) => one - other);
  return Math.max(
    0,
    ...times.map((at) => times.filter((one) => one >= at && one < at + seconds * 1_000).length),
  );
}

const Line = z.object({ event: z.looseObject({ type: z.string() }) });
const Told = z.looseObject({
  job: z.string().optional(),
  kind: z.string().optional(),
  alarm: z.object({ name: z.string() }).optional(),
});

/** An incident as its journal in Redis has it, read without Relight. */
export interface Kept {
  readonly job: string;
  readonly kind: string;
  readonly alarms: ReadonlySet<string>;
  readonly board: ReadonlySet<string>;
  readonly closed: boolean;
}

export async function incidentsIn(redis: Redis): Promise<readonly Kept[]> {
  const keys = await redis.keys('{relight}:journal:*');
  return Promise.all(keys.map(async (key) => keptIn(await redis.lrange(key, 0, -1))));
}

function keptIn(lines: readonly string[]): Kept {
  const events = lines.map((line) => Line.parse(JSON.parse(line)).event);
  const told = events.map((event) => ({ type: event.type, ...Told.parse(event) }));
  return {
    job: told[0]?.job ?? '',
    kind: told[0]?.kind ?? '',
    alarms: new Set(told.flatMap(({ alarm }) => alarm?.name ?? [])),
    board: new Set(
      told.flatMap(({ type, job }) => (type === 'job-joined' && job !== undefined ? [job] : [])),
    ),
    closed: told.some(({ type }) => type === 'closed'),
  };
}

/** Those of these alarms whose change Relight has not noted yet. */
export async function unheardOf(redis: Redis, names: readonly string[]): Promise<number> {
  const keys = names.map((name) => `{relight}:last-change:alarm:${name}`);
  return keys.length === 0 ? 0 : keys.length - (await redis.exists(...keys));
}

/** The most memory that the process ever had, in MB: `VmHWM` in proc(5). */
export function peakMegabytes(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) * 1_024) / 1e6;
}
