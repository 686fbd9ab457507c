import { beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/errors.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { attemptKeyOf } from '../../../src/ports/calls.ts';
import { carryOut } from '../../../src/queue/steps/run-change.ts';
import { after, continued, ofStep, proposal, timeOf } from '../../incidents/model/a-history.ts';
import { AChangeWorker, waitingAgain } from './a-change-worker.ts';
import { approved, begun, proposed } from './a-worker.ts';

const { id } = attemptKeyOf({ incident: 'rl-test1234', step: 'resumed', attempt: 1 });

describe('a worker that carries out an approved change', () => {
  let worker: AChangeWorker;

  beforeEach(() => {
    worker = new AChangeWorker();
  });

  const carry = async (): Promise<number | undefined> => carryOut(worker.changing, worker.change);
  const inState = (...events: readonly IncidentEvent[]): void => void (worker.incident = after(...events));

  it('checks, records that it begins, writes the intent, and only then acts', async () => {
    expect(await carry()).toBeUndefined();

    expect(worker.done).toEqual(['halts', 'reserve resumed {}', 'advance', 'intent', 'run', 'advance']);
    expect(worker.state).toMatchObject({ status: 'done', result: { job: 'job-2' } });
    expect(worker.results).toEqual([[id, { job: 'job-2' }]]);
    expect(worker.unarchived.size).toBe(0);
  });

  it('writes the intent with the approvers, the hash and the basis that people saw', async () => {
    await carry();
    const intent = {
      id,
      incident: 'rl-test1234',
      step: 'resumed',
      attempt: 1,
      hash: expect.any(String) as unknown,
      request: {},
      approvers: [{ by: 'U0LEAD', at: timeOf(3) }],
    };
    expect(worker.intents).toEqual([[intent, intent]]);
  });

  it('notes which incident launches a job before it acts', async () => {
    const launching = { ...proposal, request: { TrainingJobName: 'job-2' } };
    inState(proposed({ proposal: launching }), approved(), begun);
    worker.incident = continued(worker.incident);
    await carryOut(worker.changing, worker.change).catch(() => undefined);

    expect(worker.done.slice(0, 2)).toEqual(['intent', 'launches job-2 rl-test1234']);
  });

  it('does nothing for a step that only reads, or that waits for no worker', async () => {
    expect(await carryOut(worker.changing, worker.run({ effect: 'read' }))).toBeUndefined();
    inState();
    expect(await carry()).toBeUndefined();
    inState(ofStep.failed);
    expect(await carry()).toBeUndefined();
    expect(worker.done).toEqual([]);
  });

  it('does not begin while all changes are halted, and looks again after 5 s', async () => {
    worker.halted = true;

    expect(await carry()).toBe(5_000);
    expect(worker.done).toEqual(['halts']);
    expect(worker.state).toMatchObject({ status: 'proposed' });
  });

  it('does not act if the step has moved on while it was checked', async () => {
    const { reauthorize, ...deps } = worker.changing;
    const leaving = {
      ...deps,
      reauthorize: async (...args: Parameters<typeof reauthorize>) => {
        worker.incident = continued(worker.incident, ofStep.declined);
        return reauthorize(...args);
      },
    };

    expect(await carryOut(leaving, worker.change)).toBeUndefined();
    expect(worker.done).not.toContain('run');
    expect(worker.incident.states['resumed']).toMatchObject({ status: 'declined' });
  });

  it('goes on with a change that has begun, without beginning it again', async () => {
    inState(proposed(), approved(), begun);
    await carry();

    expect(worker.done).toEqual(['intent', 'run', 'advance']);
    expect(worker.state).toMatchObject({ status: 'done' });
  });

  it('looks again when the action says so, with its note', async () => {
    worker.act = waitingAgain;

    expect(await carry()).toBe(3_000);
    expect(worker.state).toMatchObject({ status: 'changing', note: 'copying' });
  });

  it('waits for the end of a halt that comes between two calls', async () => {
    worker.act = async () => {
      throw new OpsError('halted', 'bad image (by RELIGHT_HALT)');
    };

    expect(await carry()).toBe(5_000);
    expect(worker.state).toMatchObject({
      note: 'Waiting, because all changes are halted: bad image (by RELIGHT_HALT)',
    });
  });

  it.each([new OpsError('aws-denied', 'no'), new Error('halted')])(
    'passes any other error on: %s',
    async (error) => {
      worker.act = async () => {
        throw error;
      };

      await expect(carry()).rejects.toBe(error);
      expect(worker.state).toMatchObject({ status: 'changing' });
    },
  );

  it('ends as canceled if a person asked for that meanwhile, with what it has reached', async () => {
    const cancel = (answer: () => Promise<unknown>) => async () => {
      worker.incident = continued(worker.incident, ofStep.cancelAsked);
      return answer();
    };
    worker.act = cancel(waitingAgain);
    expect(await carry()).toBeUndefined();
    expect(worker.incident.states['resumed']).toMatchObject({
      status: 'canceled',
      sent: true,
      says: expect.stringContaining('The last that Relight saw: copying.') as unknown,
    });

    worker = new AChangeWorker();
    worker.act = cancel(async () => ({ job: 'job-2' }));
    await carry();
    expect(worker.incident.states['resumed']).toMatchObject({ status: 'canceled', result: { job: 'job-2' } });
    expect(worker.results).toEqual([[id, { job: 'job-2' }]]);
  });

  it('notes every call that it sent, in the journal, up to 100 of them', async () => {
    const events: IncidentEvent[] = [];
    const call = {
      operation: 'PutObject',
      requestId: 'r',
      status: 200,
    } as unknown as AChangeWorker['calls'][number];
    const deps = worker.changing;
    const store = {
      ...deps.store,
      record: async (_: string, eventsOf: (present: typeof worker.incident) => readonly IncidentEvent[]) => {
        events.push(...eventsOf(worker.incident));
        return worker.incident;
      },
    };
    worker.calls = Array.from({ length: 102 }, () => call);
    await carryOut({ ...deps, store }, worker.change);
    expect(events).toMatchObject([{ type: 'aws-called', step: 'resumed', attempt: 1, more: 2 }]);
    expect(events[0]?.type === 'aws-called' && events[0].calls).toHaveLength(100);

    worker = new AChangeWorker();
    worker.calls = Array.from({ length: 100 }, () => call);
    events.length = 0;
    await carryOut(
      { ...worker.changing, store: { ...worker.deps.store, record: store.record } },
      worker.change,
    );
    expect(events[0]).not.toHaveProperty('more');
  });

  describe('while the vault does not take its intent', () => {
    beforeEach(() => {
      worker.vaultFails = new OpsError('archive-behind', 'away');
    });

    it('does not act', async () => {
      await expect(carry()).rejects.toBe(worker.vaultFails);
      expect(worker.done).not.toContain('run');
      inState(proposed(), approved(), begun);
      await expect(carry()).rejects.toBe(worker.vaultFails);
    });

    it('looks what exists if AWS may have it, and sends nothing more', async () => {
      inState(proposed(), approved(), begun, ofStep.sent);
      const refused: unknown[] = [];
      worker.act = async (_, token) => {
        for (const send of [async () => token.confirm(), async () => token.confirmWrite()])
          refused.push(await send().catch((thrown: unknown) => thrown));
        return { job: 'job-2' };
      };
      await carry();

      expect(refused).toEqual([worker.vaultFails, worker.vaultFails]);
      expect(worker.state).toMatchObject({ status: 'done' });
    });
  });
});
