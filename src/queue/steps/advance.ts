import type { AfterConfigChange } from '../../incidents/after-config-change.ts';
import { scoreDrill } from '../../incidents/drills/score-drill.ts';
import type { IncidentStore } from '../../incidents/journal/store.ts';
import { type Incident, stateOf } from '../../incidents/model/incident.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import type { StepState } from '../../playbooks/runner.ts';
import type { Clock } from '../../ports/ports.ts';
import type { Producer } from '../producer.ts';
import { type BudgetOf, consequences, dueMove } from './consequences.ts';

/** Advances an incident as far as it goes without a person: records consequences, queues the next job and the messages. */
export type Advance = (incident: string) => Promise<void>;

export interface AdvanceDeps {
  readonly store: IncidentStore;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly producer: Pick<Producer, 'deliver' | 'wake'>;
  readonly enqueue: Producer['step'];
  readonly budgetOf: BudgetOf;
  /** What follows from the present configuration; without it, nothing. */
  readonly afterChange?: AfterConfigChange;
}

export function createAdvance(deps: AdvanceDeps): Advance {
  const { store, catalog, clock, producer, enqueue, budgetOf, afterChange } = deps;
  return async (id) => {
    const incident = await store.record(id, (present) =>
      consequences(catalog, present, clock.now(), budgetOf, afterChange),
    );
    const move = dueMove(catalog, incident);
    if (move?.kind === 'run') {
      const job = { incident: id, step: move.step.key, attempt: move.attempt, phase: move.phase };
      await enqueue(job);
      if (isCanceling(stateOf(incident, job.step))) await producer.wake(job);
    }
    await scoreDrill({ store, catalog }, incident);
    await producer.deliver(id);
  };
}

/** Whether advancing the incident would record nothing and queue no step: it waits for people, for AWS or for time. */
export function isIdle(
  {
    catalog,
    budgetOf,
    clock,
    afterChange,
  }: Pick<AdvanceDeps, 'catalog' | 'budgetOf' | 'clock' | 'afterChange'>,
  incident: Incident,
): boolean {
  if (consequences(catalog, incident, clock.now(), budgetOf, afterChange).length > 0) return false;
  return dueMove(catalog, incident)?.kind !== 'run';
}

/** A person waits to hear what AWS has of it, so it does not wait for its next look. */
function isCanceling(state: StepState): boolean {
  return state.status === 'changing' && state.canceling !== undefined;
}

/** Runs the step of an incident now if it waits for its next scheduled look. */
export function createWake({
  store,
  catalog,
  producer,
}: Pick<AdvanceDeps, 'store' | 'catalog'> & {
  readonly producer: Pick<Producer, 'wake'>;
}): Advance {
  return async (id) => {
    const move = dueMove(catalog, await store.load(id));
    if (move?.kind === 'run')
      await producer.wake({ incident: id, step: move.step.key, attempt: move.attempt, phase: move.phase });
  };
}
