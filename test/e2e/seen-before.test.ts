import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  click,
  lead,
  messageOf,
  slackLedger,
  visibleText,
  waitForButton,
  waitForRecovery,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, postJson, type World } from '../support/world.ts';

const silverJob = 'srl-rlvr-silver-20251103';

async function diagnoses(world: World): Promise<readonly string[]> {
  const { messages } = await slackLedger(world);
  return messages
    .filter(({ metadata }) => metadata?.event_payload.key === 'step-diagnosis')
    .map((message) => visibleText(message));
}

/** Two incidents of one kind, one after the other, as a responder sees them in Slack. */
describe('a failure that was seen before', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
    await world.start('all');
  });
  afterEach(async () => world.close());

  it('names the earlier incident in the diagnosis, with a link to its thread and what recovered it', async () => {
    await postJson(`${world.region.url}/_sandbox/fail`, { job: goldJob, kind: 'out-of-host-memory' });
    await click(world, lead, await waitForButton(world, 'step-moved', 'Retry on this instance'));
    await waitForRecovery(world);
    expect(visibleText(await messageOf(world, 'step-diagnosis'))).not.toContain('Seen');

    await postJson(`${world.region.url}/_sandbox/fail`, { job: silverJob, kind: 'out-of-host-memory' });
    const second = await until(
      async () => (await diagnoses(world)).find((text) => text.includes('Seen')),
      'the second diagnosis to name the first incident',
    );

    expect(second).toMatch(
      /Seen once before, on \w+ \d+ in <https?:\S+\|rl-\w{8}>; recovered by “Retry on a larger instance” in \d+ min/,
    );
    const ids = await world.redis.client.zrange('{relight}:incidents', '0', '-1');
    expect(ids).toHaveLength(2);
    expect(second).toContain(`|${ids[0]}>`);
  });
});
