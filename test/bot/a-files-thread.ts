import { createHash } from 'node:crypto';
import { z } from 'zod';
import { credentials } from '../../sandbox/relight-process.ts';
import { type SlackFront, startSlackFront } from '../../sandbox/slack/start.ts';
import { createNotifier } from '../../src/bot/slack/notifier.ts';
import { createSlackFiles } from '../../src/bot/slack/slack-files.ts';
import { createWebClient } from '../../src/bot/slack/web-client.ts';
import { createIncidentStore, type IncidentStore } from '../../src/incidents/journal/store.ts';
import { stepFilesOf } from '../../src/incidents/record/step-files.ts';
import { createLog } from '../../src/log.ts';
import { createDeliver } from '../../src/outbox/deliver.ts';
import { createFileRows } from '../../src/outbox/file-rows.ts';
import { createFiles, createKeptFiles } from '../../src/outbox/kept-files.ts';
import type { Limiter } from '../../src/outbox/limiter.ts';
import type { SlackFiles } from '../../src/outbox/outbox.ts';
import { createOutboxRows } from '../../src/outbox/rows.ts';
import { createShowFiles, type ShowFilesDeps } from '../../src/outbox/show-files.ts';
import type { Files, KeptFile } from '../../src/ports/files.ts';
import { anOpening } from '../support/a-journal.ts';
import { noLimit } from '../support/no-ops.ts';
import { chain } from '../support/proofs.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { getJson, postJson } from '../support/world.ts';
import { testCatalog, testPlan } from './a-playbook.ts';

const channel = 'C0INCIDENT';

const Shown = z.object({
  ts: z.string(),
  thread_ts: z.string().optional(),
  text: z.string(),
  edits: z.number(),
  metadata: z.object({ event_payload: z.object({ incident: z.string(), key: z.string() }) }).optional(),
  files: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        title: z.string(),
        type: z.string(),
        size: z.number(),
        sha256: z.string(),
        alt: z.string().optional(),
      }),
    )
    .optional(),
});
const Ledger = z.object({
  messages: z.array(Shown),
  calls: z.record(z.string(), z.number()),
  violations: z.array(z.unknown()),
});

/** Incident threads in the Slack stand-in, one at a time. The clock only moves when a delivery waits. */
export interface FilesThread {
  /** Starts a new incident without faults; everything below is about this one. */
  readonly begin: () => Promise<void>;
  readonly incident: () => string;
  readonly slack: SlackFront;
  readonly redis: TestRedis;
  readonly store: IncidentStore;
  readonly files: Files;
  /** The dependencies of a delivery, to build another one with one of them replaced. */
  readonly parts: ShowFilesDeps;
  /** One delivery by a process that talks to Slack through `slackFiles`. */
  readonly deliver: (slackFiles?: SlackFiles, limiter?: Limiter) => Promise<number>;
  /** Repeats the delivery as often as it asks, as the queue would, and moves the clock each time. */
  readonly deliverAll: (atLeastMs?: number) => Promise<void>;
  /** Completes the step with these files in its result. */
  readonly stepDone: (files: readonly KeptFile[]) => Promise<void>;
  readonly fault: (method: string, kind: string, more?: object) => Promise<void>;
  readonly ledger: () => Promise<z.infer<typeof Ledger>>;
  /** The plain text of a message; empty if it is not in the thread. */
  readonly textOf: (key: string) => Promise<string>;
  /** The messages that show files, with the files. */
  readonly shown: () => Promise<string[][]>;
  readonly after: (ms: number) => void;
  readonly close: () => Promise<void>;
}

export async function startFilesThread(): Promise<FilesThread> {
  const [redis, slack] = await Promise.all([startRedis(), startSlackFront({ port: 0, ...credentials })]);
  const log = createLog('silent');
  let moved = 0;
  const clock = { now: () => Date.now() + moved };
  const store = createIncidentStore(redis.client, chain, clock);
  let [number, called] = [0, {} as Readonly<Record<string, number>>];
  const incident = (): string => `rl-files-${number}`;
  const client = createWebClient({ botToken: credentials.botToken, apiUrl: `${slack.url}/api/` }, log);
  const rows = createFileRows(redis.client);
  const kept = createKeptFiles(redis.client, clock);
  const parts = { rows, slackFiles: createSlackFiles({ client, channel }), kept, clock, log };
  const deliver: FilesThread['deliver'] = async (slackFiles = parts.slackFiles, limiter = noLimit) =>
    createDeliver({
      rows: createOutboxRows(redis.client),
      slackThreads: createNotifier({ client, catalog: testCatalog, channel, log }),
      fileRows: rows,
      showFiles: createShowFiles({ ...parts, slackFiles }),
      limiter,
      clock,
      load: store.load,
      inDoubt: async () => false,
      filesOf: stepFilesOf,
    })(incident());
  const wholeLedger = async (): Promise<z.infer<typeof Ledger>> =>
    Ledger.parse(await getJson(`${slack.url}/_sandbox/ledger`));
  const ledger = async (): Promise<z.infer<typeof Ledger>> => {
    const { messages, calls, ...rest } = await wholeLedger();
    const root = messages.find(({ metadata }) => metadata?.event_payload.incident === incident())?.ts;
    return {
      ...rest,
      messages: messages.filter(({ ts, thread_ts }) => ts === root || thread_ts === root),
      calls: Object.fromEntries(Object.entries(calls).map(([key, n]) => [key, n - (called[key] ?? 0)])),
    };
  };
  return {
    incident,
    begin: async () => {
      await fetch(`${slack.url}/_sandbox/faults`, { method: 'DELETE' });
      ({ calls: called } = await wholeLedger());
      number += 1;
      const opening = anOpening({ incident: incident() });
      await store.open([opening, { type: 'playbook-started', playbook: testPlan.id, steps: testPlan.steps }]);
    },
    slack,
    redis,
    store,
    files: createFiles(kept, undefined),
    parts,
    deliver,
    deliverAll: async (atLeastMs = 0) => {
      for (let rounds = 0; rounds < 200; rounds += 1) {
        const wait = await deliver();
        if (wait === 0) return;
        moved += Math.max(wait, atLeastMs);
      }
      throw new Error('the outbox never came to rest');
    },
    stepDone: async (files) => {
      const result = { checkpoint: 'checkpoint-400', files };
      await store.transact(incident(), () => ({
        events: [{ type: 'step-done', step: 'found', attempt: 1, result }],
        answer: undefined,
      }));
    },
    fault: async (method, kind, more = {}) => {
      await postJson(`${slack.url}/_sandbox/faults`, { method, kind, ...more });
    },
    ledger,
    textOf: async (key) =>
      (await ledger()).messages.find(({ metadata }) => metadata?.event_payload.key === key)?.text ?? '',
    shown: async () =>
      (await ledger()).messages.flatMap(({ files }) =>
        files === undefined ? [] : [files.map(({ name }) => name)],
      ),
    after: (ms) => {
      moved += ms;
    },
    close: async () => {
      await Promise.all([slack.close(), redis.close()]);
    },
  };
}

export const png = Uint8Array.from({ length: 60_000 }, (_, at) => (at * 31) % 256);
export const text = new TextEncoder().encode('# What happened\nGPU memory was full.\n');

export async function keepTwo(files: Files): Promise<[KeptFile, KeptFile]> {
  const picture = await files.keep('gpu-memory.png', 'image/png', png);
  return [
    { ...picture, title: 'GPU memory', alt: 'GPU memory rises to 99 % at 03:12 UTC' },
    await files.keep('what-happened.md', 'text/markdown', text),
  ];
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
