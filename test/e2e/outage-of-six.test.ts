import { afterEach, beforeEach, expect, it } from 'vitest';
import { waitForCard, waitForClose, waitForIncident, walk } from '../support/a-walk.ts';
import { awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import { slackLedger, waitForText } from '../support/responder.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

const others = [1, 2, 3, 4].map((n) => `srl-rlvr-gold-2025120${n}`);
/** The last job in the recovery order. Its checkpoint passes grading, but no trainer can load it. */
const lastOne = 'srl-rlvr-bronze-20251101';

let world: World;
beforeEach(async () => {
  world = await createWorld({
    jobs: [
      ...others.map((name, n) => ({ name, tier: 'gold' as const, step: 900 + n * 10, checkpoints: [850] })),
      { name: lastOne, tier: 'bronze', step: 900, checkpoints: [850] },
    ],
  });
});
afterEach(async () => world.close());

it('when six jobs fail together and five are recovered, the incident counts as recovered only after the sixth is set aside with a reason', async () => {
  await world.start('all');
  for (const job of [goldJob, ...others]) await failJob(world, job, 'internal');
  await failJob(world, lastOne, 'internal', { damage: 'corrupt-inside' });
  const card = await waitForIncident(world, /6 jobs /, 60_000);

  await walk(
    world,
    card,
    Array.from({ length: 5 }, () => ({ click: 'Recover this job' })),
  );
  const after = await waitForText(world, 'step-account', 'again; left behind');
  expect(after).toContain(`5 of 6 jobs train again; left behind: ${lastOne}`);
  expect((await launches(world)).map(({ TrainingJobName: name }) => name)).toHaveLength(5);

  // The job is retried in a second round and fails again.
  await walk(world, card, [{ click: 'Recover this job' }]);
  const decision = { choice: 'set them aside', why: 'the team starts it over next week' };
  const open = await waitForCard(world, card, '5 of 6 training again, 1 left behind');
  expect(open).toMatch(new RegExp(`Left behind: ${lastOne}: ${lastOne}-r\\d+-\\w+ failed again`));
  expect(open).toContain(`/relight start bad-checkpoint ${lastOne}`);
  expect(open).not.toContain('Recovered');

  await walk(world, card, [{ fillIn: 'Decide about the rest', answers: decision }, { fillIn: 'Document' }]);

  const end = await waitForClose(world, card);
  expect(end).toContain('5 of 6 training again, 1 set aside');
  expect(end).toContain(`${lastOne} was set aside: the team starts it over next week`);
  expect(end).toMatch(/Recovered in \d+ min/);
  expect(await launches(world)).toHaveLength(6);
  expect((await awsLedger(world)).corruption).toEqual([]);
  expect((await slackLedger(world)).violations).toEqual([]);
});
