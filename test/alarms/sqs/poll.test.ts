import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { AlarmHandler } from '../../../src/alarms/handle-alarm.ts';
import type { AlarmDelivery } from '../../../src/alarms/ports.ts';
import { startAlarmLoop } from '../../../src/alarms/sqs/poll.ts';
import { OpsError } from '../../../src/errors.ts';
import { until } from '../../support/until.ts';
import { aJobEvent, anAlarm, began } from '../an-alarm-handler.ts';

/** Receives one batch from a queue; returns the ids of the deleted messages, in order. */
async function takeOff(
  messages: readonly AlarmDelivery[],
  handleAlarm: AlarmHandler,
  done: string[] = [],
): Promise<readonly string[]> {
  let asked = 0;
  const loop = startAlarmLoop({
    source: {
      receive: async (signal) => ((asked += 1) === 1 ? messages : untilAborted(signal)),
      done: async (taken) => void done.push(...taken.map(({ id }) => id)),
    },
    handleAlarm,
    alive: async () => undefined,
    log: pino({ level: 'silent' }),
  });
  await until(() => asked === 2, 'the next batch to be asked for');
  await loop.close();
  return done.toSorted();
}

async function untilAborted(signal: AbortSignal): Promise<readonly AlarmDelivery[]> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve([])));
}

interface News {
  readonly by: 'event' | 'alarm';
  readonly job: string;
}

const anyBatch = fc.array(
  fc.record({
    by: fc.constantFrom('event' as const, 'alarm' as const),
    job: fc.constantFrom('srl-rlvr-gold-1', 'srl-rlvr-gold-2', 'srl-rlvr-bronze-1'),
  }),
  { minLength: 1, maxLength: 10 },
);

function messagesOf(news: readonly News[]): readonly AlarmDelivery[] {
  return news.map(({ by, job }, n) => ({
    id: `m-${n}`,
    body: by === 'event' ? aJobEvent('Failed', 'Failed', began, job) : anAlarm('ALARM', began, { job }),
    receipt: `r-${n}`,
    receivedCount: 1,
  }));
}

describe('messages received together', () => {
  it('are handled in order of arrival if an alarm and the SageMaker event of its job could overtake each other', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, fc.infiniteStream(fc.nat(3)), async (batch, slowness) => {
        const recorded: number[] = [];
        await takeOff(messagesOf(batch), async ({ id }) => {
          for (let left = slowness.next().value; left > 0; left -= 1) await new Promise(setImmediate);
          recorded.push(Number(id.slice(2)));
          return 'joined';
        });

        expect(recorded.toSorted((one, other) => one - other)).toEqual(batch.map((_, n) => n));
        for (const job of new Set(batch.map((one) => one.job))) {
          const kinds = batch.map((one) => (one.job === job ? one.by : undefined));
          expect(recorded.flatMap((n) => kinds[n] ?? [])).toEqual(kinds.filter((by) => by !== undefined));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('about different jobs do not wait for each other', async () => {
    const batch = messagesOf([
      { by: 'event', job: 'srl-rlvr-gold-1' },
      { by: 'alarm', job: 'srl-rlvr-gold-2' },
      { by: 'event', job: 'srl-rlvr-gold-3' },
    ]);
    let waiting = 0;
    const taken = await takeOff(batch, async () => {
      waiting += 1;
      await until(() => waiting === batch.length, 'all of them to be taken at once');
      return 'opened';
    });

    expect(taken).toHaveLength(3);
  });

  it('are deleted once recorded, even if one of them is slow', async () => {
    const batch = messagesOf([
      { by: 'event', job: 'srl-rlvr-gold-1' },
      { by: 'event', job: 'srl-rlvr-gold-2' },
      { by: 'event', job: 'srl-rlvr-gold-3' },
    ]);
    const done: string[] = [];
    const slow = async (): Promise<void> => void (await until(() => done.length === 2, 'the others to go'));
    const handleAlarm: AlarmHandler = async ({ id }) => {
      if (id === 'm-0') await slow();
      return 'opened';
    };
    await takeOff(batch, handleAlarm, done);

    expect(done).toEqual(['m-1', 'm-2', 'm-0']);
  });

  it('stay on the queue individually if they could not be recorded', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, fc.nat(9), async (news, bad) => {
        const messages = messagesOf(news);
        const lost = messages[bad]?.id;
        const taken = await takeOff(messages, async ({ id }) => {
          if (id === lost) throw new OpsError('redis-unreachable', 'connection refused');
          return 'joined';
        });

        expect(taken).toEqual(messages.map(({ id }) => id).filter((id) => id !== lost));
      }),
      { numRuns: 30 },
    );
  });
});
