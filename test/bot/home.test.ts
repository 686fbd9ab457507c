import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import { createIncidentStore } from '../../src/incidents/journal/store.ts';
import { loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { createReadinessStore } from '../../src/redis/readiness/readiness-store.ts';
import { anOpening } from '../support/a-journal.ts';
import { chain } from '../support/proofs.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { ledger, openIncident, press } from './a-person.ts';

const id = 'rl-test1234';
const day = 24 * 3_600_000;
const take = { action: actionIds.take, value: `${id}.take.1.` };

describe('the Home tab', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  const publications = async (user: string): Promise<string[]> =>
    (await ledger(bot)).views
      .filter((one) => one.kind === 'publish' && one['user'] === user)
      .map(({ view }) => JSON.stringify(view));
  const homeOf = async (user: string, says: (view: string) => boolean): Promise<string> =>
    until(async () => {
      const last = (await publications(user)).at(-1);
      return last !== undefined && says(last) && last;
    }, `the Home tab of ${user}`);
  const openHome = async (user: string): Promise<string> => {
    await postJson(`${bot.slack.url}/_sandbox/open-home`, { user });
    return homeOf(user, () => true);
  };

  const dayOf = (daysAgo: number): string => new Date(Date.now() - daysAgo * day).toISOString().slice(0, 10);
  const drilled = async (
    playbook: string,
    { points, daysAgo }: { readonly points: number; readonly daysAgo: number },
  ): Promise<void> => {
    const now = Date.now() - daysAgo * day;
    const incident = `drill-${playbook}-${daysAgo}`;
    const drill = { playbook, faults: [], by: 'U0LEAD' };
    const store = createIncidentStore(bot.redis.client, chain, { now: () => now });
    const score = { points, rtoMinutes: 60, rpoMinutes: 30, cost: [] };
    await store.open([
      anOpening({ incident, drill, alarm: { ...anOpening().alarm, at: now } }),
      { type: 'drill-scored', score },
      { type: 'closed', why: 'The drill has ended' },
    ]);
  };

  it('shows the clocks and links the threads; only people who may approve see that it waits for them', async () => {
    bot = await startBot();
    await openIncident(bot);

    const lead = await openHome('U0LEAD');
    const guest = await openHome('U0GUEST');

    expect(lead).toContain('Waits for your approval');
    expect(lead).toMatch(/<http[^|]+\|srl-rlvr-gold-20251104>: \*(over )?.* left\*/);
    expect(lead).toContain('|Open the thread>');
    expect(lead).toMatch(/\d{4}-\d\d: 1 incident, no RTO decided yet/);
    expect(guest).toContain('1 open incident');
    expect(guest).not.toContain('Waits for your approval');
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('shows the last drill of each playbook with its date and score, and the overdue ones first', async () => {
    bot = await startBot({ catalog: await loadCatalog([shippedCatalog]) });
    await drilled('disk-full', { points: 85, daysAgo: 100 });
    await drilled('out-of-memory', { points: 60, daysAgo: 9 });
    await drilled('out-of-memory', { points: 95, daysAgo: 3 });

    const home = await openHome('U0RESP');

    const title = (id: string): string => bot.catalog.get(id)?.title ?? '';
    const full = home.indexOf(`${title('disk-full')}: ${dayOf(100)}, 85 of 100, overdue (100 days ago)`);
    const memory = home.indexOf(`${title('out-of-memory')}: ${dayOf(3)}, 95 of 100\\n`);
    expect(full).toBeGreaterThan(0);
    expect(memory).toBeGreaterThan(full);
    expect(home).not.toContain('60 of 100');
    expect(home).toMatch(/\*Drills\*: \d+ overdue/);
    expect(home).toMatch(/Never drilled: [^"]+, and \d+ more"/);
  });

  it('shows the first finding of each part of the readiness without markup of names, and where the rest is', async () => {
    bot = await startBot();
    const findings = ['<!channel>', 'job-2', 'job-3'].map((job) => ({
      what: `${job} has no CheckpointConfig`,
      fix: 'set it',
    }));
    await createReadinessStore(bot.redis.client).write({
      measuredAt: Date.now(),
      checks: [{ part: 'checkpointing', looked: '3 jobs', findings, unmeasured: [] }],
    });

    const home = await openHome('U0GUEST');

    expect(home).toContain('Readiness: 3 to fix');
    expect(home).toContain(
      '{"type":"plain_text","text":"Checkpointing: 3 to fix (3 jobs)\\n- <!channel> has no CheckpointConfig (and 2 more)',
    );
    expect(home).not.toContain('job-2');
    expect(home).toContain('`/relight readiness` shows all of it');
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('changes by itself for people who opened it lately, and for nobody else', async () => {
    bot = await startBot();
    await openIncident(bot, 2);
    await openHome('U0LEAD');
    expect(await openHome('U0RESP')).not.toContain('Yours');

    await press(bot, 'U0RESP', take);
    await homeOf('U0RESP', (view) => view.includes('Yours'));
    await press(bot, 'U0LEAD');

    await homeOf('U0LEAD', (view) => !view.includes('Waits for your approval'));
    expect(await publications('U0LEAD2')).toEqual([]);
    expect((await publications('U0LEAD')).length).toBeLessThanOrEqual(4);
  });
});
