import { Redis } from 'ioredis';
import { buildRelight } from '../sandbox/built-relight.ts';
import { createIncidentStore } from '../src/incidents/journal/store.ts';
import { loadCatalog, shippedCatalog } from '../src/playbooks/catalog.ts';
import { anOpening } from '../test/support/a-journal.ts';
import { chain } from '../test/support/proofs.ts';
import { slackLedger } from '../test/support/responder.ts';
import { until } from '../test/support/until.ts';
import { createWorld } from '../test/support/world.ts';

/**
 * What open incidents cost that wait for people: the Redis commands per second, by name. Arguments: incidents, seconds;
 * `--short` is quick. Exits with 1 above the goal.
 */

const isShort = process.argv.includes('--short');
const [count, seconds] = isShort ? [20, 10] : [Number(process.argv[2] ?? 150), Number(process.argv[3] ?? 60)];
const goal = 120;
/** Steps that cannot run, because the jobs do not exist, have failed by then. */
const settleMs = isShort ? 30_000 : 60_000;

buildRelight();
const world = await createWorld();
const redis = new Redis(world.redis.url);
const plan = (await loadCatalog([shippedCatalog])).handling('spot_interruption');
const store = createIncidentStore(redis, chain, { now: () => Date.now() });
for (let at = 0; at < count; at += 1)
  await store.open([
    anOpening({
      incident: `rl-idle${at}`,
      job: `srl-rlvr-gold-idle-${at}`,
      // No call becomes due while it is measured.
      rtoMinutes: 100_000,
      alarm: { ...anOpening().alarm, at: Date.now() },
    }),
    {
      type: 'playbook-started',
      playbook: plan?.id ?? '',
      steps: plan?.playbook.steps.map(({ key }) => key) ?? [],
    },
    { type: 'taken', by: { user: 'U0LEAD', via: 'button' } },
  ]);
await world.start('all');
await until(async () => (await slackLedger(world)).messages.length >= count, 'all cards');
await pause(settleMs);
const before = await calls();
await pause(seconds * 1_000);
const rates = [...(await calls())]
  .map(([name, after]) => [name, (after - (before.get(name) ?? 0)) / seconds] as const)
  .filter(([, rate]) => rate > 0)
  .toSorted((one, other) => other[1] - one[1]);
const total = rates.reduce((sum, [, rate]) => sum + rate, 0);
process.stdout.write(`${count} idle incidents: ${total.toFixed(1)} Redis commands a second\n`);
for (const [name, rate] of rates.slice(0, 20))
  process.stdout.write(`  ${name.padEnd(20)} ${rate.toFixed(2)}\n`);
if (total > goal) {
  process.stdout.write(`The goal is at most ${goal}.\n`);
  process.exitCode = 1;
}
redis.disconnect();
await world.close();

async function calls(): Promise<ReadonlyMap<string, number>> {
  const found = (await redis.info('commandstats')).matchAll(/cmdstat_(\S+?):calls=(\d+)/g);
  return new Map([...found].map(([, name = '', number]) => [name, Number(number)]));
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
