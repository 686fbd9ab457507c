import { readFile } from 'node:fs/promises';
import type { Redis } from 'ioredis';
import { allKey, journalKey, openKey } from '../../src/incidents/journal/journal-writer.ts';
import type { Entry } from '../../src/incidents/model/events.ts';
import { chain } from './proofs.ts';

/**
 * Journals recorded with version c43c40b, before requests had `reliesOn` and calls, differences had `by`, and secrets were
 * sealed. They were recorded in that version's test world (one process, stand-ins for Slack and AWS, the seed's failed
 * gold job) and read from Redis without changes: `spot-interruption-proposed` when the Resume button was shown, the
 * others after a click on it. One continues to its postmortem and is closed; the other waits to be documented.
 */
export const recordings = [
  'spot-interruption-proposed',
  'spot-interruption-to-its-postmortem',
  'out-of-memory-recovered',
] as const;
export type Recording = (typeof recordings)[number];

/** The raw entries from Redis, not yet parsed by the store. */
export async function recorded(name: Recording): Promise<readonly Entry[]> {
  return JSON.parse(await readFile(`test/incidents/recorded/${name}.json`, 'utf8')) as readonly Entry[];
}

/**
 * Restores a recorded journal under its original Redis keys, and proves its lines as this version does, unless `as` says
 * otherwise; returns the incident id.
 */
export async function restoreRecorded(
  redis: Redis,
  name: Recording,
  as: 'proven' | 'recorded' = 'proven',
): Promise<string> {
  const entries = await recorded(name);
  const [first] = entries;
  if (first?.event.type !== 'opened') throw new Error(`${name} does not begin with an opening`);
  const id = first.event.incident;
  await redis.rpush(
    journalKey(id),
    ...entries.map((entry) => JSON.stringify(as === 'recorded' ? entry : proven(entry, id))),
  );
  await redis.zadd(allKey, first.at, id);
  if (!entries.some(({ event }) => event.type === 'closed')) await redis.zadd(openKey, first.at, id);
  return id;
}

function proven({ seq, at, event, prev }: Entry, id: string): Entry {
  return chain.seal({ seq, at, event, prev }, id);
}
