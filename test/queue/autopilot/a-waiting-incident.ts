import { expect } from 'vitest';
import type { ClickResult } from '../../../src/incidents/click-result.ts';
import type { Click } from '../../../src/incidents/decisions.ts';
import type { Decision } from '../../../src/incidents/journal/store.ts';
import type { EventOf, IncidentEvent } from '../../../src/incidents/model/events.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { playbook as spotInterruption } from '../../../src/playbooks/catalog/spot-interruption.ts';
import type { Playbook } from '../../../src/playbooks/define.ts';
import type { StepState } from '../../../src/playbooks/runner.ts';
import { type SteppedIncident, stepThrough } from '../../support/a-step-run.ts';
import { putCheckpoint } from '../../support/a-training-run.ts';
import { aJob } from '../../support/fake-ports.ts';
import type { TestRedis } from '../../support/redis.ts';

/** An incident whose step `resumed` waits for approval, and what happens to it. */
export interface WaitingIncident extends SteppedIncident {
  readonly state: () => Promise<StepState | undefined>;
  readonly launches: () => number;
  readonly timePasses: (ms: number) => void;
  readonly recorded: <T extends IncidentEvent['type']>(type: T) => Promise<readonly EventOf<T>[]>;
  /** The decision of a click on the message of the request. */
  readonly clicks: (
    decide: (incident: Incident, click: Click) => Decision<ClickResult>,
  ) => Promise<ClickResult>;
}

/** Without a playbook, the one for lost spot capacity: it waits to launch a copy of the job. */
export async function waitingIncident(
  redis: TestRedis,
  playbook: Playbook = spotInterruption,
): Promise<WaitingIncident> {
  const stepped = await stepThrough(redis, playbook);
  stepped.ports.training.put(aJob());
  putCheckpoint(stepped.ports.checkpoints, 1300, 5);
  putCheckpoint(stepped.ports.checkpoints, 1200, 35);
  await stepped.runDue();
  const state = async (): Promise<StepState | undefined> =>
    (await stepped.store.load(stepped.id)).states['resumed'];
  expect(await state()).toMatchObject({ status: 'proposed', approvals: [] });
  return {
    ...stepped,
    state,
    launches: () => stepped.ports.training.launches.length,
    timePasses: (ms) => void (stepped.ports.time.now += ms),
    recorded: async (type) => recordedIn(stepped, type),
    clicks: async (decide) => clickOn(stepped, decide),
  };
}

async function recordedIn<T extends IncidentEvent['type']>(
  { store, id }: SteppedIncident,
  type: T,
): Promise<readonly EventOf<T>[]> {
  const journal = await store.journal(id);
  // The comparison shows that the event is of this type.
  return journal.flatMap(({ event }) => (event.type === type ? [event as EventOf<T>] : []));
}

async function clickOn(
  { store, id, ports }: SteppedIncident,
  decide: (incident: Incident, click: Click) => Decision<ClickResult>,
): Promise<ClickResult> {
  const { answer } = await store.transact(id, (present) => {
    const now = present.states['resumed'];
    if (now === undefined || !('hash' in now)) throw new Error('there is no request');
    return decide(present, {
      target: { step: 'resumed', attempt: now.attempt, hash: now.hash ?? '' },
      by: { user: 'U0RESP', via: 'button' },
      authorize: () => ({ allowed: true }),
      now: ports.clock.now(),
    });
  });
  return answer;
}
