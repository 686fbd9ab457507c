import { type Archiving, createArchiving } from '../../src/app/audit/archiving.ts';
import type { Core } from '../../src/app/core.ts';
import type { VaultStore } from '../../src/audit/vault.ts';
import { createAuditBucket } from '../../src/aws/s3/audit-bucket.ts';
import { journalKey } from '../../src/incidents/journal/journal-writer.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { anOpening } from '../support/a-journal.ts';
import { createTestCore } from '../support/core.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

/** Workers that archive the journals of one Redis in a bucket of the stand-in region. */
export interface AnArchive {
  readonly redis: TestRedis;
  readonly region: RegionUnderTest;
  readonly store: VaultStore;
  readonly clock: { now: () => number; at: number };
  /** The services of one process, and its archive. */
  readonly process: () => { readonly core: Core; readonly archiving: Archiving };
  readonly close: () => Promise<void>;
}

export async function startArchive(): Promise<AnArchive> {
  const [redis, region] = await Promise.all([startRedis(), startRegionUnderTest()]);
  const store = createAuditBucket(region.clients.archive, 'srl-rlvr-audit');
  const clock = { at: Date.parse('2026-11-02T03:00:00Z'), now: () => clock.at };
  const cores: Core[] = [];
  return {
    redis,
    region,
    store,
    clock,
    process: () => {
      const core = createTestCore(redis.client, { clock });
      cores.push(core);
      const archiving = createArchiving(core, store);
      if (archiving === undefined) throw new Error('a store was given');
      return { core, archiving };
    },
    close: async () => {
      for (const core of cores) await core.producer.close();
      await Promise.all([region.close(), redis.close()]);
    },
  };
}

export const opened = (incident: string): ReturnType<typeof anOpening> =>
  anOpening({ incident, job: `job-${incident}` });

/** An entry that changes nothing in the incident. */
export const note = (why: string): IncidentEvent => ({
  type: 'refused',
  by: { user: 'U0ANN', via: 'button' },
  why,
});

/** The lines of a journal in the vault. */
export async function linesInVault(store: VaultStore, journal: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const key of store.keys(`journals/${journal}/`))
    lines.push(...((await store.get(key)) ?? '').split('\n').slice(0, -1));
  return lines;
}

/** Adds entries to a journal, one write each. */
export async function grow({ store }: Core, id: string, lines: number): Promise<void> {
  for (let line = 0; line < lines; line += 1) await store.record(id, () => [note(`no role ${line}`)]);
}

export async function linesInRedis({ client }: TestRedis, id: string): Promise<readonly string[]> {
  return client.lrange(journalKey(id), 0, -1);
}

/** The journals that were reported, each with the reason. */
export async function reported({ refusedCommands }: Core): Promise<readonly string[]> {
  return (await refusedCommands.all()).flatMap(({ event }) =>
    event.type === 'journal-refused' ? [`${event.incident}: ${event.why}`] : [],
  );
}
