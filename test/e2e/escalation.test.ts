import { afterEach, describe, expect, it } from 'vitest';
import { type OnCallTool, startOnCallTool } from '../../sandbox/on-call.ts';
import { failJob } from '../support/aws-ledger.ts';
import {
  click,
  lead,
  slackLedger,
  visibleText,
  waitForButton,
  waitForRecovery,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

const key = 'R0UTINGKEYR0UTINGKEYR0UTINGKEY00';

/** Two workers that are killed, an on-call tool that is down at first, and a gold RTO of one minute. */
describe('an incident whose RTO runs out', () => {
  let world: World;
  let tool: OnCallTool;

  afterEach(async () => {
    await world.close();
    await tool.close();
  });

  const startWorkers = async () =>
    Promise.all([1, 2].map(() => world.start('worker', { environment: { RELIGHT_PAGING_KEY: key } })));
  const calls = async (): Promise<readonly string[]> =>
    (await slackLedger(world)).messages.map(visibleText).filter((text) => / RTO is (used|missed)/.test(text));
  const triggersOf = (alert: string): number =>
    tool.events.filter((event) => event.key === alert && event.action === 'trigger').length;

  it('calls people in its thread and pages the on-call tool, once each, until it is acknowledged and recovered', async () => {
    tool = await startOnCallTool(0, key);
    tool.answer(503);
    world = await createWorld({
      configure: (yaml) =>
        `${yaml.replace('rto_minutes: 60', 'rto_minutes: 1')}\npaging: { url: "${tool.url}" }\n`,
    });
    await world.start('bot');
    const workers = await startWorkers();
    await failJob(world, goldJob, 'spot-interruption');
    await until(async () => (await calls()).length > 0, 'the first call in Slack');
    await until(() => tool.requests() > 0, 'the first page to be refused');
    await Promise.all(workers.map((worker) => worker.kill()));

    tool.answer(undefined);
    await startWorkers();
    await until(() => tool.woken.some((alert) => alert.includes('.contacts.')), 'the page to the contacts');
    const [message] = await until(async () => {
      const { messages } = await slackLedger(world);
      const missed = messages.filter((one) => visibleText(one).includes('RTO is missed'));
      return missed.length > 0 && missed;
    }, 'the call to the contacts');
    const call = message?.metadata?.event_payload.key ?? '';
    await click(world, lead, await waitForButton(world, call, 'Acknowledge'));
    await until(() => tool.events.some(({ action }) => action === 'acknowledge'), 'the acknowledgment');
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await waitForRecovery(world);
    await until(() => tool.woken.every((alert) => isResolved(alert)), 'every alert to be resolved');

    expect(new Set(tool.woken).size).toBe(tool.woken.length);
    for (const alert of tool.woken) expect(triggersOf(alert), alert).toBe(1);
    expect(new Set(await calls()).size).toBe((await calls()).length);
    expect(world.processes.map((one) => one.output()).join('')).not.toContain(key);
    expect((await slackLedger(world)).violations).toEqual([]);
  });

  const isResolved = (alert: string): boolean =>
    tool.events.some((event) => event.key === alert && event.action === 'resolve');
});
