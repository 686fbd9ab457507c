import { lapseOf } from '../incidents/decisions.ts';
import type { IncidentEvent } from '../incidents/events.ts';
import { currentStep, type Incident, isOpen, runOf, runsOf, stateOf } from '../incidents/incident.ts';
import type { IncidentStore } from '../incidents/store.ts';
import type { Catalog } from '../playbooks/catalog.ts';
import type { HandOver } from '../playbooks/define.ts';
import type { Clock } from '../playbooks/ports.ts';
import { type Next, next } from '../playbooks/runner.ts';
import type { Producer } from './producer.ts';

/** Brings an incident as far as it gets without a person: notes what follows, and queues the next job and the messages. */
export type Advance = (incident: string) => Promise<void>;

export interface AdvanceParts {
  readonly store: IncidentStore;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly producer: Pick<Producer, 'deliver'>;
  /** Queues the job of the next step. */
  readonly enqueue: Producer['step'];
}

export function createAdvance({ store, catalog, clock, producer, enqueue }: AdvanceParts): Advance {
  return async (id) => {
    const { incident } = await settle({ store, catalog, clock }, id);
    const move = nextMove(catalog, incident);
    if (move?.kind === 'run')
      await enqueue({ incident: id, step: move.step.key, attempt: move.attempt, phase: move.phase });
    await producer.deliver(id);
  };
}

/** Has an incident look again now where it waits for its time. */
export function createHurry({
  store,
  catalog,
  producer,
}: Pick<AdvanceParts, 'store' | 'catalog'> & {
  readonly producer: Pick<Producer, 'hurry'>;
}): Advance {
  return async (id) => {
    const move = nextMove(catalog, await store.load(id));
    if (move?.kind === 'run')
      await producer.hurry({ incident: id, step: move.step.key, attempt: move.attempt, phase: move.phase });
  };
}

/** What the runner says is next; undefined for a closed incident and one without a playbook. */
export function nextMove(catalog: Catalog, incident: Incident): Next | undefined {
  if (!isOpen(incident) || incident.playbook === undefined) return undefined;
  const playbook = catalog.get(incident.playbook);
  return playbook === undefined ? { kind: 'stopped' } : next(playbook, runOf(incident));
}

/** Records what needs nobody's work: steps to skip, the recovery, the end. Repeats until nothing more follows. */
async function settle(
  { store, catalog, clock }: Pick<AdvanceParts, 'store' | 'catalog' | 'clock'>,
  id: string,
): Promise<{ readonly incident: Incident }> {
  for (;;) {
    const { incident, answer } = await store.transact(id, (present) => {
      const events = consequences(catalog, present, clock.now());
      return { events, answer: events.length };
    });
    if (answer === 0) return { incident };
  }
}

/** Two playbooks that each think the other is the right one would hand over for ever: each runs once by itself. */
function takeOver(
  catalog: Catalog,
  incident: Incident,
  handOver: HandOver | undefined,
): IncidentEvent | undefined {
  if (handOver === undefined) return undefined;
  const id = 'playbook' in handOver ? handOver.playbook : catalog.handling(handOver.kind)?.id;
  const playbook = id === undefined ? undefined : catalog.get(id);
  const had = runsOf(incident).some((run) => run.playbook === id);
  if (id === undefined || playbook === undefined || had) return undefined;
  const steps = playbook.steps.map(({ key }) => key);
  const known = 'kind' in handOver ? { kind: handOver.kind } : { chosen: true };
  const { why, failedAt } = handOver;
  return {
    type: 'playbook-started',
    playbook: id,
    steps,
    why,
    ...(failedAt !== undefined && { failedAt }),
    ...known,
  };
}

function consequences(catalog: Catalog, incident: Incident, now: number): readonly IncidentEvent[] {
  const move = nextMove(catalog, incident);
  if (move === undefined) return [];
  const turn = turnOf(catalog, incident);
  if (turn !== undefined) return [turn];
  const lapsed = tooOld(incident, now);
  if (lapsed.length > 0) return lapsed;
  if (move.kind === 'skip') return [{ type: 'step-skipped', step: move.step.key, reason: move.reason }];
  if (move.kind !== 'finished') return [];
  const why = incident.recovered === undefined ? 'every step was gone through' : 'training was recovered';
  return [{ type: 'closed', why }];
}

/** The thread must not show an approval as one that counts when it no longer does: the sweep comes by every few seconds. */
function tooOld(incident: Incident, now: number): readonly IncidentEvent[] {
  const step = currentStep(incident);
  const state = step === undefined ? undefined : stateOf(incident, step);
  if (step === undefined || state?.status !== 'proposed') return [];
  return lapseOf({ step, attempt: state.attempt }, state, now);
}

/** What the results of the steps mean for the incident as a whole. */
function turnOf(catalog: Catalog, incident: Incident): IncidentEvent | undefined {
  const playbook = catalog.get(incident.playbook ?? '');
  const { results, number } = runOf(incident);
  const stale = incident.recovered !== undefined || incident.reopenedIn === number;
  const how = stale ? undefined : playbook?.recovered(results);
  if (how !== undefined) return { type: 'recovered', how };
  return takeOver(catalog, incident, playbook?.handOver?.(results));
}
