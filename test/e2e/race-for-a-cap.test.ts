import { afterEach, beforeEach, expect, it } from 'vitest';
import { failJob, launches } from '../support/aws-ledger.ts';
import { buttonsOf, click, lead, type SlackMessage, slackLedger, visibleText } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, type World } from '../support/world.ts';

const racing = Array.from({ length: 20 }, (_, n) => `srl-rlvr-gold-202601${String(n + 1).padStart(2, '0')}`);
const cap = 3;

let world: World;
beforeEach(async () => {
  world = await createWorld({
    jobs: racing.map((name) => ({ name, tier: 'gold' as const, step: 900, checkpoints: [850] })),
    // Each failure has its own thread.
    configure: (yaml) =>
      yaml
        .replace('concurrent_jobs: 10', `concurrent_jobs: ${cap}`)
        .replace('system_failure: { jobs: 5', 'system_failure: { jobs: 50'),
  });
});
afterEach(async () => world.close());

async function stepMessages(): Promise<readonly SlackMessage[]> {
  const { messages } = await slackLedger(world);
  return messages.filter(({ metadata }) => metadata?.event_payload.key === 'step-resumed');
}

it('when twenty launches are approved at the same moment, AWS gets as many as the cap allows, and each other thread says which jobs hold the cap', async () => {
  await world.start('all');
  for (const job of racing) await failJob(world, job, 'internal');
  const approvals = await until(async () => {
    const found = (await stepMessages()).flatMap((message) =>
      buttonsOf(message)
        .filter(({ actionId }) => actionId === 'relight_approve')
        .map((button) => ({ message, ...button })),
    );
    return found.length === racing.length && found;
  }, 'twenty proposals');

  await Promise.all(approvals.map((button) => click(world, lead, button)));

  const refused = await until(async () => {
    const texts = (await stepMessages()).map(visibleText);
    const over = texts.filter((text) => text.includes('A cap in relight.yaml is used up'));
    return over.length === racing.length - cap && over;
  }, 'seventeen refusals');
  const launched = (await launches(world)).map(({ TrainingJobName: name }) => name);
  expect(launched).toHaveLength(cap);
  for (const text of refused) {
    expect(text).toContain(`caps.concurrent_jobs allows ${cap} jobs, and ${cap} of them run: `);
    for (const name of launched) expect(text).toContain(name);
    expect(text).toContain('Try again');
  }
});
