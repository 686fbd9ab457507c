import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { viewProblem } from '../../../sandbox/slack/validate-blocks.ts';
import { firstBreak } from '../../../src/audit/chain.ts';
import { homeView } from '../../../src/bot/views/home/home.ts';
import { thread } from '../../../src/bot/views/thread.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import { loadCatalog, shippedCatalog } from '../../../src/playbooks/catalog.ts';
import { createRecords } from '../../../src/queue/steps/incident-record.ts';
import { expectTaken } from '../../bot/harmless.ts';
import { chain } from '../../support/proofs.ts';
import { recorded, recordings, restoreRecorded } from '../../support/recorded.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const catalog = await loadCatalog([shippedCatalog]);

/** Expected text on the card, and expected facts in the postmortem. */
const expected = {
  'spot-interruption-proposed': { card: 'approve Resume training', recovered: false, changes: 0 },
  'spot-interruption-to-its-postmortem': { card: 'Recovered in', recovered: true, changes: 1 },
  'out-of-memory-recovered': { card: 'Recovered in', recovered: true, changes: 1 },
};

describe('an incident recorded by an earlier version', () => {
  let redis: TestRedis;
  let store: IncidentStore;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    store = createIncidentStore(redis.client, chain, { now: Date.now });
  });

  it.each(recordings)('%s loads completely, and its hash chain is intact', async (name) => {
    const id = await restoreRecorded(redis.client, name);

    const journal = await store.journal(id);

    expect(journal.map(({ proof: _proof, ...entry }) => entry)).toEqual(await recorded(name));
    expect(firstBreak(journal)).toBeUndefined();
  });

  it.each(recordings)('%s renders its card, thread, line in Home and postmortem', async (name) => {
    const id = await restoreRecorded(redis.client, name);
    const incident = await store.load(id);
    const playbook = catalog.get(incident.playbook ?? '');
    const now = incident.openedAt + 600_000;
    const { card, recovered, changes } = expected[name];

    const messages = thread(incident, catalog.get, now);
    for (const message of messages) expectTaken(message);
    expect(messages.find(({ key }) => key === 'card')?.text).toContain(card);
    const keys = messages.map(({ key }) => key);
    // Its playbook has gained a step since then. A run whose steps have changed stops, and its card says so.
    if (name === 'out-of-memory-recovered') {
      expect(keys).toEqual(['card']);
      expect(JSON.stringify(messages)).toContain('a deployment changed the playbook');
    } else
      expect(keys).toEqual(
        expect.arrayContaining(Object.keys(incident.states).map((step) => `step-${step}`)),
      );

    const home = homeView(
      {
        incidents: [{ incident, playbook }],
        total: 1,
        deadLetters: 0,
        unreadable: [],
        muted: [],
        user: 'U0LEAD',
        awaiting: [],
        figures: undefined,
        channel: 'C0INCIDENT',
      },
      now,
    );
    expect(viewProblem(home)).toBeUndefined();
    expect(JSON.stringify(home)).toContain(incident.job);

    const record = await createRecords(store, catalog, async () => undefined).of(id);
    expect(record).toMatchObject({ incident: id, job: incident.job, playbooks: [playbook?.title] });
    expect(record.recovered !== undefined).toBe(recovered);
    expect(record.changes).toHaveLength(changes);
    // Findings need the steps of the playbook, which do not match this run any more.
    expect(record.findings.length > 1).toBe(name !== 'out-of-memory-recovered');
  });
});
