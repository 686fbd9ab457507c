import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Desk } from '../../src/alarms/desk.ts';
import type { AlarmMessage } from '../../src/alarms/source.ts';
import { startAlarmLoop } from '../../src/alarms/sqs.ts';
import { OpsError } from '../../src/errors.ts';
import { until } from '../support/until.ts';
import { aJobEvent, anAlarm, began } from './a-desk.ts';

/** Takes one batch off a queue; answers with the ids that were taken off for good. */
async function takeOff(messages: readonly AlarmMessage[], desk: Desk): Promise<readonly string[]> {
  const batches = [messages];
  let done: readonly string[] | undefined;
  const loop = startAlarmLoop({
    source: {
      receive: async (signal) => batches.pop() ?? untilAborted(signal),
      done: async (taken) => {
        done ??= taken.map(({ id }) => id);
      },
    },
    desk,
    alive: async () => undefined,
    log: pino({ level: 'silent' }),
  });
  const taken = await until(() => done, 'the batch to be taken off');
  await loop.close();
  return taken;
}

async function untilAborted(signal: AbortSignal): Promise<readonly AlarmMessage[]> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve([])));
}

function batchOf(kinds: readonly ('event' | 'alarm')[]): readonly AlarmMessage[] {
  return kinds.map((kind, n) => ({
    id: `${kind}-${n}`,
    body: kind === 'event' ? aJobEvent('Failed', 'Failed', began) : anAlarm('ALARM', began),
    receipt: `r-${n}`,
    receivedCount: 1,
  }));
}

const anyBatch = fc
  .array(fc.constantFrom('event' as const, 'alarm' as const), { minLength: 1, maxLength: 10 })
  .map(batchOf);

describe('messages that come together', () => {
  it('are taken in the order of their arrival where an alarm and what SageMaker says could overtake each other', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, fc.infiniteStream(fc.nat(3)), async (messages, turns) => {
        const recorded: string[] = [];
        await takeOff(messages, async ({ id }) => {
          for (let left = turns.next().value; left > 0; left -= 1) await new Promise(setImmediate);
          recorded.push(id);
          return 'joined';
        });

        const kindsOf = (ids: readonly string[]) => ids.map((id) => id.split('-')[0]);
        expect(recorded.toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
        expect(kindsOf(recorded)).toEqual(kindsOf(messages.map(({ id }) => id)));
      }),
      { numRuns: 100 },
    );
  });

  it('stay on the queue one by one where they could not be recorded', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, fc.nat(9), async (messages, bad) => {
        const lost = messages[bad]?.id;
        const taken = await takeOff(messages, async ({ id }) => {
          if (id === lost) throw new OpsError('redis-unreachable', 'connection refused');
          return 'joined';
        });

        expect(taken).toEqual(messages.map(({ id }) => id).filter((id) => id !== lost));
      }),
      { numRuns: 50 },
    );
  });
});
