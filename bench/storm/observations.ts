import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { getJson } from '../../test/support/world.ts';

/** The channel's messages in the ledger of the stand-in for Slack. */
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

/** The number of duplicate messages. Messages that contain only files have no key. */
export function duplicatesIn({ messages }: Channel): number {
  const keys = messages.flatMap(({ metadata }) => (metadata && JSON.stringify(metadata.event_payload)) || []);
  return keys.length - new Set(keys).size;
}

export function maxIn(seconds: number, { messages }: Channel): number {
  const times = messages.map(({ postedAt }) => postedAt).toSorted((one, other) => one - other);
  return Math.max(
    0,
    ...times.map((at) => times.filter((one) => one >= at && one < at + seconds * 1_000).length),
  );
}

const Line = z.object({ event: z.looseObject({ type: z.string() }) });
const EventFields = z.looseObject({
  job: z.string().optional(),
  kind: z.string().optional(),
  alarm: z.object({ name: z.string() }).optional(),
});

/** An incident, read from its journal in Redis without Relight's code. */
export interface RecordedIncident {
  readonly job: string;
  readonly kind: string;
  readonly alarms: ReadonlySet<string>;
  readonly affectedJobs: ReadonlySet<string>;
  readonly closed: boolean;
}

export async function incidentsIn(redis: Redis): Promise<readonly RecordedIncident[]> {
  const keys = await redis.keys('{relight}:journal:*');
  return Promise.all(keys.map(async (key) => incidentFrom(await redis.lrange(key, 0, -1))));
}

function incidentFrom(lines: readonly string[]): RecordedIncident {
  const events = lines.map((line) => Line.parse(JSON.parse(line)).event);
  const fields = events.map((event) => ({ type: event.type, ...EventFields.parse(event) }));
  return {
    job: fields[0]?.job ?? '',
    kind: fields[0]?.kind ?? '',
    alarms: new Set(fields.flatMap(({ alarm }) => alarm?.name ?? [])),
    affectedJobs: new Set(
      fields.flatMap(({ type, job }) => (type === 'job-joined' && job !== undefined ? [job] : [])),
    ),
    closed: fields.some(({ type }) => type === 'closed'),
  };
}

/** How many of these alarms Relight has not recorded yet. */
export async function unrecordedCount(redis: Redis, names: readonly string[]): Promise<number> {
  const keys = names.map((name) => `{relight}:last-change:alarm:${name}`);
  return keys.length === 0 ? 0 : keys.length - (await redis.exists(...keys));
}

/** The peak memory of a process in MB: `VmHWM` in proc(5). */
export function peakMegabytes(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) * 1_024) / 1e6;
}
