import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lastDrills } from '../../src/incidents/drills/last-drills.ts';
import { type Catalog, loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { command, ephemeralsTo, lead, messageOf, slackLedger, visibleText } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { type Drilling, startDrilling } from './a-drill.ts';

describe('a drill with trouble on the way', () => {
  let catalog: Catalog;
  let drilling: Drilling;

  beforeAll(async () => {
    catalog = await loadCatalog([shippedCatalog]);
  });
  afterEach(async () => drilling.close());

  const replyTo = async (user: string, words: string): Promise<string> => {
    const before = (await ephemeralsTo(drilling, user)).length;
    await command(drilling, user, words);
    return until(async () => (await ephemeralsTo(drilling, user))[before], `a reply to ${words}`);
  };

  it('passes over a truncated newest checkpoint and continues after a restart of every process', async () => {
    drilling = await startDrilling(catalog);
    const id = await drilling.start('spot-interruption truncated-checkpoint');
    await drilling.goOn(id);
    expect(visibleText(await messageOf(drilling, 'step-validation'))).toContain('checkpoint-1250 is valid');
    await drilling.answer(id);
    await drilling.restart();

    const { recovered, drillScore } = await drilling.finish(id);

    expect(recovered?.how).toContain('step 1,250');
    expect(drillScore).toMatchObject({ points: 100, cost: [] });
    expect(drilling.awsRequests).toEqual([]);
  });

  it('has no capacity at the first relaunch, which its thread reports like an alarm, and recovers at the second', async () => {
    drilling = await startDrilling(catalog);
    const id = await drilling.start('spot-interruption no-capacity');

    const { recovered, earlier, drillScore, alarms } = await drilling.finish(id);

    expect(recovered).toBeDefined();
    expect(earlier.map(({ playbook }) => playbook)).toEqual(['spot-interruption']);
    expect(alarms).toHaveLength(2);
    expect(alarms.at(-1)?.reason).toContain('CapacityError');
    expect(drillScore).toMatchObject({ cost: [] });
    expect(drilling.awsRequests).toEqual([]);
  });

  it('is refused messages by Slack for a while, and every message still arrives once', async () => {
    drilling = await startDrilling(catalog);
    const id = await drilling.start('spot-interruption slack-429');
    const { openedAt } = await drilling.goOn(id);
    // Nothing else lets the clock move on before the first approval.
    expect(drilling.core().clock.now() - openedAt).toBeGreaterThanOrEqual(20_000);

    await drilling.finish(id);

    const { messages } = await slackLedger(drilling);
    const keys = messages.flatMap(({ metadata }) => metadata?.event_payload.key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain('step-resumed');
  });

  it('is the only one of its playbook until it is stopped, and a stopped one has no score', async () => {
    drilling = await startDrilling(catalog);
    const id = await drilling.start('disk-full');
    await drilling.goOn(id);

    expect(await replyTo(lead, 'drill disk-full')).toContain('Nothing was started');
    expect(await replyTo(lead, `drill stop ${id}`)).toContain('DRILL');

    const { closed, drillScore } = await until(async () => {
      const present = await drilling.goOn(id);
      return present.closed !== undefined && present;
    }, 'the drill to be stopped');
    expect(closed?.why).toContain('the drill was stopped');
    expect(drillScore).toBeUndefined();
    expect(await lastDrills(drilling.core().store)).toEqual([]);
    const next = await drilling.start('disk-full');
    expect(next).not.toBe(id);
    await drilling.finish(next);
    expect(await lastDrills(drilling.core().store)).toMatchObject([{ playbook: 'disk-full', score: 100 }]);
  });

  it('starts for responders only, and says in one line why a playbook cannot be drilled', async () => {
    drilling = await startDrilling(catalog);

    expect(await replyTo('U0GUEST', 'drill disk-full')).toContain('responder');
    expect(await replyTo(lead, 'drill model-degradation')).toContain('the simulated Region has no endpoints');
    expect(await replyTo(lead, 'drill disk-ful')).toContain('Did you mean `disk-full`?');
    expect(await replyTo(lead, 'drill disk-full slack-42')).toContain('Did you mean `slack-429`?');
    expect(await drilling.core().store.ids('all')).toEqual([]);
  });
});
