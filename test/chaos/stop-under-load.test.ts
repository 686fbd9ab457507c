import { Queue, QueueEvents } from 'bullmq';
import { afterEach, describe, expect, it } from 'vitest';
import { atMost, below } from '../../bench/figures.ts';
import type { RelightProcess } from '../../sandbox/relight-process.ts';
import { queues } from '../../src/queue/jobs.ts';
import { keyPrefix } from '../../src/redis/keys.ts';
import { awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import { buttonsOf, click, lead, slackLedger, visibleText } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, postJson, type World } from '../support/world.ts';
import { report } from './support/figures.ts';
import { times } from './support/scale.ts';

/** In worlds of their own, because the stand-in for AWS gets slower with each job that trains. */
const [worlds, stopsEach] = [times(5, 1), times(20, 3)];
const outages = times(10, 1);
/** What Docker and Kubernetes wait before they kill a process. */
const graceSeconds = 30;
const jobName = (number: number): string => `srl-rlvr-gold-load-${number}`;

interface Stops {
  readonly stalled: string[];
  readonly took: number[];
  readonly codes: (number | null)[];
}

/** Deployments stop processes while they work. */
describe('SIGTERM to a process that runs steps', () => {
  let world: World;

  afterEach(async () => world.close());

  async function createLoadedWorld(jobs: number): Promise<void> {
    world = await createWorld({
      speed: 200,
      jobs: Array.from({ length: jobs }, (_, number) => ({ name: jobName(number), tier: 'gold', step: 300 })),
      configure: (yaml) =>
        yaml
          .replace('concurrent_jobs: 10', 'concurrent_jobs: 1000')
          .replace('spend_per_day_usd: 50000', 'spend_per_day_usd: 100000000')
          // Failures of one moment, each with its own incident.
          .replace('system_failure: { jobs: 5', 'system_failure: { jobs: 1000'),
    });
    // So that a step takes a while, and most processes run some of them at any time.
    await postJson(`${world.region.url}/_sandbox/faults`, {
      service: 'sagemaker',
      operation: '*',
      kind: 'latency',
      count: 1_000_000,
      ms: 250,
    });
  }

  const bull = () => ({ connection: { url: world.redis.url }, prefix: keyPrefix, skipVersionCheck: true });

  /** Presses each button that is there. A process that stops at that moment may not have taken the press. */
  async function approveAll(): Promise<void> {
    const { messages } = await slackLedger(world);
    for (const message of messages)
      for (const button of buttonsOf(message))
        if (button.label.includes('Resume training')) await click(world, lead, { message, ...button });
  }

  async function untilRecovered(jobs: number): Promise<void> {
    await until(async () => {
      await approveAll();
      const cards = (await slackLedger(world)).messages.filter(
        ({ metadata }) => metadata?.event_payload.key === 'card',
      );
      return cards.filter((card) => visibleText(card).includes('Recovered in')).length >= jobs;
    }, `${jobs} recoveries`);
  }

  /** Launches and messages that are there twice, by the stand-ins' ledgers. */
  async function duplicates(jobs: number): Promise<number> {
    const { messages } = await slackLedger(world);
    const shown = messages.flatMap(({ metadata }) =>
      metadata ? [JSON.stringify(metadata.event_payload)] : [],
    );
    const twice = shown.length - new Set(shown).size;
    expect((await awsLedger(world)).corruption).toEqual([]);
    return twice + Math.abs((await launches(world)).length - jobs);
  }

  async function stop(relight: RelightProcess): Promise<number> {
    const start = performance.now();
    await relight.stop();
    return (performance.now() - start) / 1_000;
  }

  /** Replaces process after process while steps run, with a new failure for each. */
  async function replaceProcesses({ stalled, took, codes }: Stops): Promise<void> {
    const steps = new Queue(queues.steps, bull());
    const events = [queues.steps, queues.messages, queues.sweep, queues.watch].map((name) => {
      const one = new QueueEvents(name, bull());
      one.on('stalled', ({ jobId }) => stalled.push(`${name} ${jobId}`));
      return one;
    });
    try {
      const running = [await world.start('all'), await world.start('all')];
      for (let number = 0; number < stopsEach; number += 1) {
        const next = world.start('all');
        await failJob(world, jobName(number), 'spot-interruption');
        await until(async () => {
          await approveAll();
          return (await steps.getActiveCount()) > 0;
        }, 'a step to run');
        const oldest = running.shift();
        if (oldest === undefined) throw new Error('no process is left');
        took.push(await stop(oldest));
        codes.push(oldest.exitCode());
        running.push(await next);
      }
      await untilRecovered(stopsEach);
    } finally {
      await Promise.all([steps.close(), ...events.map(async (one) => one.close())]);
    }
  }

  it(`T23: ${worlds * stopsEach} times: each exits with 0 within 30 s, leaves no stalled job, and nothing is done twice`, async (context) => {
    const all: Stops = { stalled: [], took: [], codes: [] };
    let twice = 0;
    for (let number = 0; number < worlds; number += 1) {
      if (number > 0) await world.close();
      await createLoadedWorld(stopsEach);
      await replaceProcesses(all);
      twice += await duplicates(stopsEach);
    }

    const failed = all.codes.filter((code) => code !== 0).length;
    report(
      context,
      atMost(`T23: exits with another code than 0, of ${all.codes.length} SIGTERMs under load`, failed, 0),
      below('T23: slowest stop under load', Math.max(...all.took), graceSeconds, 's', 'fixed'),
      atMost('T23: jobs that stalled after SIGTERM', all.stalled.length, 0),
      atMost('T23: launches and messages more or less than one after SIGTERM', twice, 0),
    );
  });

  it(`T23: while Redis is dead, ${outages} times: each exits with 0 within 30 s, and nothing is lost or done twice`, async (context) => {
    await createLoadedWorld(outages);
    const [took, codes]: [number[], (number | null)[]] = [[], []];
    for (let number = 0; number < outages; number += 1) {
      const both = await Promise.all([world.start('bot'), world.start('worker')]);
      await failJob(world, jobName(number), 'spot-interruption');
      await until(async () => {
        await approveAll();
        return (await launches(world)).length > number;
      }, 'the launch');
      await world.redis.crash();
      took.push(...(await Promise.all(both.map(stop))));
      codes.push(...both.map(({ exitCode }) => exitCode()));
      await world.redis.restart();
    }
    await Promise.all([world.start('bot'), world.start('worker')]);
    await untilRecovered(outages);

    report(
      context,
      atMost(
        `T23: exits with another code than 0, of ${codes.length} SIGTERMs while Redis is dead`,
        codes.filter((code) => code !== 0).length,
        0,
      ),
      below('T23: slowest stop while Redis is dead', Math.max(...took), graceSeconds, 's', 'fixed'),
      atMost(
        'T23: launches and messages more or less than one after SIGTERM while Redis is dead',
        await duplicates(outages),
        0,
      ),
    );
  });
});
