import fc from 'fast-check';
import { queues } from '../../src/queue/jobs.ts';
import { type AnIncident, anIncident, calm } from './an-incident.ts';
import type { Command, Model } from './command.ts';
import { broken } from './invariants.ts';
import { peoplesMoves } from './people.ts';
import { type Stack, startStack, type Tier } from './stack.ts';
import { type Witnessed, witnessed } from './witnesses.ts';
import { alarm, lostAnswers, worldEvents } from './world-events.ts';

/** A third is what happens to Relight. */
const moves = [...peoplesMoves, ...Array.from({ length: 7 }, () => fc.constantFrom(...worldEvents))];

const day = 24 * 3_600_000;

export interface Ran {
  readonly sequences: number;
  readonly changes: number;
  readonly clicks: number;
  readonly seed: number;
}

/** Runs random sequences, each with an incident of its own. Throws with the seed and the shortest sequence. */
export async function runSequences(tier: Tier, count: number, replay: Replay): Promise<Ran> {
  const stacks = freshStacks(tier);
  const { seed = Math.floor(Math.random() * 2 ** 31), path, replayPath } = replay;
  let [sequences, changes, clicks] = [0, 0, 0];
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...lostAnswers]),
        fc.commands([...moves], {
          maxCommands: 14,
          size: 'max',
          ...(replayPath !== undefined && { replayPath }),
        }),
        async (before, commands) => {
          sequences += 1;
          const incident = anIncident(
            await stacks.next(),
            tier.subject.named(`m${seed}-${sequences}`, tier.name),
          );
          const seen = await runOne(incident, before, commands);
          changes += seen.effects.length;
          clicks += incident.sent.length;
          const wrong = broken(incident, seen);
          if (wrong.length > 0) throw new Error(wrong.join('\n'));
        },
      ),
      {
        numRuns: count,
        seed,
        ...(path !== undefined && { path }),
        endOnFailure: path !== undefined,
        includeErrorInReport: true,
      },
    );
  } catch (error) {
    const failed = `MODEL_SEED=${seed} runs the same sequences again. With MODEL_PATH and MODEL_REPLAY_PATH, only the shortest one that failed:\n${error instanceof Error ? error.message : String(error)}`;
    // Now, because other tests of a long run may take an hour more.
    process.stdout.write(`${failed}\n`);
    throw new Error(failed);
  } finally {
    await stacks.close();
  }
  return { sequences, changes, clicks, seed };
}

/** The stack of the next sequence: the present one, or a new one after so many sequences. */
function freshStacks(tier: Tier): {
  readonly next: () => Promise<Stack>;
  readonly close: () => Promise<void>;
} {
  let [present, used]: [Stack | undefined, number] = [undefined, 0];
  return {
    next: async () => {
      if (used % tier.sequencesPerStack === 0) {
        await present?.close();
        present = await startStack(tier);
      }
      used += 1;
      if (present === undefined) throw new Error('no stack');
      return present;
    },
    close: async () => present?.close(),
  };
}

async function runOne(
  incident: AnIncident,
  before: readonly Command[],
  commands: Iterable<Command>,
): Promise<Witnessed> {
  const { stack } = incident;
  stack.clock.pass(day);
  await stack.slackUp();
  await stack.start();
  const model: Model = { failed: false, up: true, slackUp: true };
  await stack.tier.subject.begin(incident);
  for (const one of [...before, alarm]) await one.run(model, incident);
  await fc.asyncModelRun(() => ({ model, real: incident }), commands);
  const seen = await settled(incident);
  await forget(incident);
  return seen;
}

export interface Replay {
  readonly seed?: number | undefined;
  readonly path?: string | undefined;
  readonly replayPath?: string | undefined;
}

const rounds = 12;

/** Everything works again, and Relight brings to an end what it had begun. */
async function settled(incident: AnIncident): Promise<Witnessed> {
  const { stack } = incident;
  await Promise.all([
    stack.slackUp(),
    fetch(`${stack.region.url}/_sandbox/faults`, { method: 'DELETE' }),
    stack.start(),
  ]);
  await stack.dropLocks();
  let before = '';
  for (let round = 0; round < rounds; round += 1) {
    // A message whose fate is unknown is looked for after 15 seconds.
    stack.clock.pass(20_000);
    await sweepNow(stack);
    const isCalm = await calm(incident);
    const seen = await witnessed(incident);
    const present = JSON.stringify([seen.journals, shownOf(seen), seen.ephemerals.length]);
    if (isCalm && present === before) return seen;
    before = present;
  }
  return witnessed(incident);
}

/** What the threads of this incident show: a message may still be changed after the last entry of the journal. */
function shownOf({ messages, journals }: Witnessed): readonly unknown[] {
  const own = new Set(journals.map(({ incident }) => incident));
  return messages.filter(({ metadata }) => metadata && own.has(metadata.event_payload.incident));
}

/** Delayed jobs run now, and so does the sweep that the schedule would run within seconds. */
async function sweepNow({ steps, messages, redis, store }: Stack): Promise<void> {
  for (const queue of [steps, messages]) await queue.promoteJobs();
  for (const incident of await store.ids('open')) {
    const id = `${incident}:${queues.messages}`;
    if ((await redis.exists(id)) === 0)
      await messages.add(
        'deliver',
        { incident },
        { removeOnComplete: true, deduplication: { id: incident, keepLastIfActive: true } },
      );
  }
}

/** The next sequence must not look at this incident. */
async function forget({ stack, clients }: AnIncident): Promise<void> {
  for (const id of await stack.store.ids('open')) await stack.redis.zrem('{relight}:incidents:open', id);
  for (const client of [clients.sagemaker, clients.sqs]) client.destroy();
}
