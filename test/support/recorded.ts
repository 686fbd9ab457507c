import { readFile } from 'node:fs/promises';
import type { Redis } from 'ioredis';
import { allKey, journalKey, openKey } from '../../src/incidents/journal/journal-writer.ts';
import type { Entry } from '../../src/incidents/model/events.ts';

/**
 * Journals of version c43c40b, before requests had `reliesOn` and calls, differences had `by`, and secrets were sealed.
 * Recorded in that version's test world (one process, stand-ins for Slack and AWS, the failed gold job of the seed) and
 * read from Redis: `spot-interruption-proposed` when the button to resume stood there, the others after
 * one click on it; one goes on to its postmortem and is closed, one waits to be written down. Nothing was changed.
 */
export const recordings = [
  'spot-interruption-proposed',
  'spot-interruption-to-its-postmortem',
  'out-of-memory-recovered',
] as const;
export type Recording = (typeof recordings)[number];

/** The entries as they stood in Redis; reading them is left to the store. */
export async function recorded(name: Recording): Promise<readonly Entry[]> {
  return JSON.parse(await readFile(`test/incidents/recorded/${name}.json`, 'utf8')) as readonly Entry[];
}

/** Puts a recorded journal where that version kept it; answers with its incident. */
export async function putBack(redis: Redis, name: Recording): Promise<string> {
  const entries = await recorded(name);
  const [first] = entries;
  if (first?.event.type !== 'opened') throw new Error(`${name} does not begin with an opening`);
  const id = first.event.incident;
  await redis.rpush(journalKey(id), ...entries.map((entry) => JSON.stringify(entry)));
  await redis.zadd(allKey, first.at, id);
  if (!entries.some(({ event }) => event.type === 'closed')) await redis.zadd(openKey, first.at, id);
  return id;
}
