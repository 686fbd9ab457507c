import { availableParallelism, loadavg } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../sandbox/listen.ts';
import { actionIds, declineFormId } from '../../src/bot/ids.ts';
import { failJob, launches } from '../support/aws-ledger.ts';
import { lead, messageOf, slackLedger, waitForButton, waitForRecovery } from '../support/responder.ts';
import { type Acked, quantile, type SlackRequests, slackRequestsTo } from '../support/slack-requests.ts';
import { until } from '../support/until.ts';
import { createWorld, getJson, goldJob, type World } from '../support/world.ts';

const ten = Array.from({ length: 10 }, (_, n) => ({
  id: `U0RACER${n}`,
  name: `racer${n}`,
  real_name: `Racer ${n}`,
}));
const people = [lead, ...ten.map(({ id }) => id)];

/** 50 clicks a second: a wave of people who press at the same moment, five times a second. */
const perWave = 10;
const betweenWavesMs = 200;
/**
 * The promise, on a machine with nothing else to do; the bench requires it. In the suite, other tests run beside this
 * one: it allows four times as much, and more if more processes wait for each core.
 */
const promisedMs = 500;
const allowance = (): number => Math.max(4, (2 * (loadavg()[0] ?? 0)) / availableParallelism());

describe('a thousand racing clicks', () => {
  let world: World;

  afterEach(async () => world.close());

  async function raced(clicks: readonly (() => Promise<Acked>)[]): Promise<readonly Acked[]> {
    const acks: Promise<Acked>[] = [];
    for (let from = 0; from < clicks.length; from += perWave) {
      acks.push(...clicks.slice(from, from + perWave).map(async (click) => click()));
      await new Promise((resolve) => setTimeout(resolve, betweenWavesMs));
    }
    return Promise.all(acks);
  }

  async function startRace(): Promise<{ readonly slack: SlackRequests; readonly value: string }> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/slack/events`;
    world = await createWorld({
      slackRequestsTo: url,
      morePeople: ten,
      configure: (yaml) =>
        yaml.replace(
          '    groups: [S0LEADS]',
          `    groups: [S0LEADS]\n    users: [${ten.map(({ id }) => id).join(', ')}]`,
        ),
    });
    await world.start('bot', { httpMode: true, port });
    await world.start('worker', { httpMode: true });
    await failJob(world, goldJob, 'spot-interruption');
    const { value } = await waitForButton(world, 'step-resumed', 'Resume training');
    return { slack: slackRequestsTo(url), value };
  }

  async function toldOnce(): Promise<ReadonlyMap<string, readonly string[]>> {
    // Each person has pressed for longer than it takes to answer the first press.
    const ledger = await until(async () => {
      const { ephemerals } = (await getJson(`${world.slack.url}/_sandbox/ledger`)) as {
        readonly ephemerals: readonly { readonly user: string; readonly text: string }[];
      };
      return new Set(ephemerals.map(({ user }) => user)).size === people.length && ephemerals;
    }, 'everyone to be told');
    return new Map(
      people.map((person) => [person, ledger.filter(({ user }) => user === person).map(({ text }) => text)]),
    );
  }

  it('by one person and by ten, on both buttons and on old copies, have one effect, and everyone is told it once in each form', async () => {
    const { slack, value } = await startRace();
    const old = value.replace(/\.[0-9a-z]*$/, '.00000000');
    const approve = async (user: string): Promise<Acked> => slack.click(user, actionIds.approve, value);
    const kinds = [
      approve,
      async (user: string) =>
        slack.submit(user, {
          id: declineFormId,
          ref: value,
          values: { reason: { type: 'plain_text_input', value: 'not this one' } },
        }),
      async (user: string) => slack.click(user, actionIds.approve, old),
      approve,
    ];
    const clicks = Array.from({ length: 1_000 }, (_, n) => async () => {
      // Every second click is by the same person.
      const turn = Math.floor(n / 2);
      const person = n % 2 === 0 ? lead : (people[1 + (turn % ten.length)] ?? lead);
      return (kinds[turn % kinds.length] ?? approve)(person);
    });

    const acks = await raced(clicks);

    const took = acks.map(({ ms }) => ms);
    const p99 = quantile(took, 0.99);
    process.stdout.write(
      `1,000 clicks: p50 ${Math.round(quantile(took, 0.5))} ms, p99 ${Math.round(p99)} ms\n`,
    );
    expect(acks.filter(({ status }) => status !== 200)).toEqual([]);
    expect(p99).toBeLessThan(promisedMs * allowance());
    const effects = await launches(world);
    const declined = (await messageOf(world, 'step-resumed'))?.text.includes('eclined') === true;
    if (!declined) await waitForRecovery(world);
    expect(effects).toHaveLength(declined ? 0 : 1);
    const told = await toldOnce();
    const winners = [...told.values()].flat().filter((text) => /^✅ (Approved|Declined)/.test(text));
    expect(winners).toHaveLength(1);
    for (const [person, texts] of told) {
      expect(texts.length, person).toBeGreaterThan(0);
      // The sentence changes when the step moves on, but nobody reads one twice.
      expect(new Set(texts).size, `${person} was told: ${texts.join(' | ')}`).toBe(texts.length);
    }
    expect((await slackLedger(world)).violations).toEqual([]);
  });
});
