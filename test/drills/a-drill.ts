import express from 'express';
import { credentials } from '../../sandbox/relight-process.ts';
import { type SlackFront, startSlackFront } from '../../sandbox/slack/start.ts';
import { createSlackBot } from '../../src/app/bot-role.ts';
import type { Core } from '../../src/app/core.ts';
import { drillAlarms } from '../../src/app/drills/drill-alarms.ts';
import { createSlackServices } from '../../src/app/slack-services.ts';
import { createAwsAdapters } from '../../src/app/steps/aws-adapters.ts';
import { runDeps } from '../../src/app/steps/run-deps.ts';
import { createThreadDelivery } from '../../src/app/thread-delivery.ts';
import { createClients } from '../../src/aws/clients.ts';
import { actionIds } from '../../src/bot/ids.ts';
import { createFigureCache } from '../../src/incidents/figures/figure-cache.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { createFileRows } from '../../src/outbox/file-rows.ts';
import type { Catalog } from '../../src/playbooks/catalog.ts';
import { dueMove, nextMove } from '../../src/queue/steps/consequences.ts';
import { runStep } from '../../src/queue/steps/run-step.ts';
import type { RunDeps } from '../../src/queue/steps/step-run.ts';
import { createTestCore } from '../support/core.ts';
import { fillInForm } from '../support/forms.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import {
  buttonsOf,
  click,
  command,
  ephemeralsTo,
  lead,
  type SlackMessage,
  slackLedger,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { startNotingAws } from './noting-aws.ts';

/** A deployment in which people drill: a real bot, real workers and a Redis, a clock, and an AWS that notes every request. */
export interface Drilling {
  readonly slack: SlackFront;
  readonly redis: TestRedis;
  /** Every request that reached AWS. */
  readonly awsRequests: readonly string[];
  readonly core: () => Core;
  /** Sends the command and returns the ID of the drill. */
  readonly start: (words: string) => Promise<string>;
  /** Runs what is due, with the clock moving on, until a person is asked or the drill has ended. */
  readonly goOn: (incident: string) => Promise<Incident>;
  /** Presses the one button, or fills in the one form, that the current step shows; returns its label. */
  readonly answer: (incident: string) => Promise<string>;
  /** Answers everything until the drill has ended. */
  readonly finish: (incident: string) => Promise<Incident>;
  /** Continues with new processes. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Processes {
  readonly core: Core;
  readonly deps: RunDeps;
  readonly deliver: (incident: string) => Promise<number>;
  readonly alarms: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startDrilling(catalog: Catalog): Promise<Drilling> {
  const aws = await startNotingAws();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const [redis, slack] = await Promise.all([startRedis(), startSlackFront({ port: 0, ...credentials })]);
  const time = { now: Date.now() };
  const begin = async (): Promise<Processes> => startProcesses({ redis, slack, catalog, time });
  let running = await begin();
  const goOn: Drilling['goOn'] = async (id) => {
    for (let runs = 0; runs < 400; runs += 1) {
      const { core, deps, alarms, deliver } = running;
      await alarms();
      await core.advance(id);
      await delivered(deliver, id, time);
      const incident = await core.store.load(id);
      const move = dueMove(catalog, incident);
      if (move?.kind !== 'run') return incident;
      const { step, attempt, phase } = move;
      const job = { incident: id, step: step.key, attempt, phase, failures: 0 };
      const outcome = await runStep(deps, job, new AbortController().signal);
      if (outcome.kind === 'again') time.now += outcome.afterMs;
    }
    throw new Error('the drill does not settle');
  };
  const answer: Drilling['answer'] = async (id) => {
    const { core } = running;
    const before = await core.store.load(id);
    const move = nextMove(catalog, before);
    const key = move !== undefined && 'step' in move ? (move.step?.key ?? '') : '';
    const message = await until(async () => messageIn(slack, id, `step-${key}`), `a message for step ${key}`);
    const button = buttonsOf(message).find(
      ({ actionId }) => actionId === actionIds.approve || actionId === actionIds.form,
    );
    if (button === undefined) throw new Error(`step ${key} asks nothing: ${JSON.stringify(message)}`);
    if (button.actionId === actionIds.approve) await click({ slack }, lead, { message, ...button });
    else await fillInForm({ slack }, lead, { message, ...button });
    await until(async () => (await core.store.load(id)).seq > before.seq, `an answer to ${button.label}`);
    return button.label;
  };
  return {
    slack,
    redis,
    awsRequests: aws.requests,
    core: () => running.core,
    goOn,
    answer,
    start: async (words) => {
      const known = await running.core.store.ids('open');
      await command({ slack }, lead, `drill ${words}`);
      return until(
        async () => (await running.core.store.ids('open')).find((id) => !known.includes(id)),
        `a drill after /relight drill ${words}: ${(await ephemeralsTo({ slack }, lead)).at(-1)}`,
      );
    },
    finish: async (id) => {
      for (let answers = 0; answers < 20; answers += 1) {
        const incident = await goOn(id);
        if (incident.closed !== undefined) return goOn(id);
        await answer(id);
      }
      throw new Error('the drill does not end');
    },
    restart: async () => {
      await running.stop();
      running = await begin();
    },
    close: async () => {
      await running.stop();
      await Promise.all([slack.close(), redis.close(), aws.close()]);
    },
  };
}

/** Drills of one playbook have messages with the same keys. */
async function messageIn(slack: SlackFront, id: string, key: string): Promise<SlackMessage | undefined> {
  const { messages } = await slackLedger({ slack });
  return messages.find(
    ({ metadata: { event_payload: about } = {} }) => about?.incident === id && about.key === key,
  );
}

/** Slack's rate limits, real and injected, pass with the clock. */
async function delivered(deliver: Processes['deliver'], id: string, time: { now: number }): Promise<void> {
  for (let rounds = 0; rounds < 200; rounds += 1) {
    const wait = await deliver(id);
    if (wait === 0) return;
    time.now += wait;
  }
  throw new Error('the messages of the drill are not delivered');
}

interface Setup {
  readonly redis: TestRedis;
  readonly slack: SlackFront;
  readonly catalog: Catalog;
  readonly time: { now: number };
}

async function startProcesses({ redis, slack, catalog, time }: Setup): Promise<Processes> {
  const core = createTestCore(redis.client, {
    catalog,
    clock: { now: () => time.now },
    settings: (example) => ({ ...example, slack: { ...example.slack, messages_per_second: 1_000 } }),
    slack: { apiUrl: `${slack.url}/api/`, mode: 'socket', appToken: credentials.appToken },
  });
  const services = createSlackServices(core);
  const fileRows = createFileRows(redis.client);
  const clients = createClients({ pathStyle: true });
  const aws = createAwsAdapters(core, clients);
  const bot = createSlackBot(core, services, express(), fileRows, {
    ...aws,
    figures: createFigureCache({ ...core, priceOf: () => undefined }),
  });
  await bot.start();
  const scansFor = (): never => {
    throw new Error('a drill reads no training data of the account');
  };
  return {
    core,
    deliver: createThreadDelivery(core, services, fileRows),
    deps: runDeps(
      core,
      { ...services, aws, archiving: undefined },
      { scansFor, close: async () => undefined },
    ),
    alarms: drillAlarms(core),
    stop: async () => {
      await bot.stop();
      clients.close();
      core.readers.close();
      await core.producer.close();
    },
  };
}
