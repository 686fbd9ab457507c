import { createIncidentStore, type IncidentStore } from '../../src/incidents/journal/store.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { createLog } from '../../src/log.ts';
import type { Catalog } from '../../src/playbooks/catalog.ts';
import type { Playbook } from '../../src/playbooks/define.ts';
import type { StepJob } from '../../src/queue/jobs.ts';
import { createAdvance } from '../../src/queue/steps/advance.ts';
import { dueMove } from '../../src/queue/steps/consequences.ts';
import { type RunOutcome, runStep } from '../../src/queue/steps/run-step.ts';
import type { RunDeps } from '../../src/queue/steps/step-run.ts';
import { createIdSet } from '../../src/redis/id-set.ts';
import { createSealer } from '../../src/sanitize/seal.ts';
import { anOpening } from './a-journal.ts';
import { type FakePorts, fakePorts } from './fake-ports.ts';
import { manyAttempts } from './no-budget.ts';
import { chain } from './proofs.ts';
import type { TestRedis } from './redis.ts';

/** An incident whose steps run through the real worker code, with fake ports and their clock. */
export interface SteppedIncident {
  readonly id: string;
  readonly store: IncidentStore;
  readonly catalog: Catalog;
  readonly ports: FakePorts;
  readonly events: (...events: IncidentEvent[]) => Promise<void>;
  /** Advances the incident as the periodic sweep does. */
  readonly sweep: () => Promise<void>;
  /** Runs due steps until a person must act, a step waits for its time, or all steps are done. */
  readonly runDue: () => Promise<void>;
  /** Runs one queue job. */
  readonly runJob: (job: StepJob) => Promise<RunOutcome>;
  readonly vaultIntents: Parameters<NonNullable<RunDeps['vault']>['writeIntent']>[0][];
}

/** Overrides for how the incident starts. */
export interface IncidentStart {
  readonly opening?: Partial<ReturnType<typeof anOpening>>;
  readonly steps?: readonly string[];
}

export async function stepThrough(
  redis: TestRedis,
  playbook: Playbook,
  changes: Partial<RunDeps> = {},
  start: IncidentStart = {},
): Promise<SteppedIncident> {
  await redis.client.flushall();
  const ports = fakePorts();
  const { clock } = ports;
  const store = createIncidentStore(redis.client, chain, clock);
  const entry = { id: 'stepped', playbook };
  const catalog: Catalog = {
    list: [entry],
    get: (id) => (id === entry.id ? playbook : undefined),
    handling: () => entry,
  };
  const opening = anOpening({ alarm: { ...anOpening().alarm, at: clock.now() }, ...start.opening });
  const id = opening.incident;
  const steps = [...(start.steps ?? playbook.steps.map(({ key }) => key))];
  await store.open([opening, { type: 'playbook-started', playbook: entry.id, steps }]);
  const advance = createAdvance({
    budgetOf: manyAttempts,
    store,
    catalog,
    clock,
    producer: { deliver: async () => undefined, wake: async () => undefined },
    enqueue: async () => undefined,
  });
  const vaultIntents: SteppedIncident['vaultIntents'] = [];
  const parts: RunDeps = {
    store,
    catalog,
    clock,
    advance,
    portsFor: () => ports,
    sealer: createSealer('of-this-test'),
    launches: { note: async () => undefined },
    reserve: async () => undefined,
    halts: { current: async () => undefined },
    withCallsNoted: async (work) => work(),
    log: createLog('silent'),
    unarchived: createIdSet(redis.client, clock, 'unarchived', 366 * 86_400_000),
    vault: {
      writeIntent: async (intent) => void vaultIntents.push(intent),
      writeResult: async () => undefined,
      writeFile: async () => undefined,
      writeDeadLetter: async () => undefined,
    },
    policyOf: (_tier, { role }) => ({ role, needs: 1, others: false }),
    reauthorize: async () => undefined,
    requireSigned: async () => undefined,
    requireArchived: async () => undefined,
    reportRefused: async () => undefined,
    whyNotAutopilot: () => undefined,
    inDrill: () => {
      throw new Error('this incident is no drill');
    },
    ...changes,
  };
  return {
    id,
    store,
    catalog,
    ports,
    vaultIntents,
    events: async (...events) => {
      for (const event of events) await store.transact(id, () => ({ events: [event], answer: null }));
    },
    sweep: async () => advance(id),
    runJob: async (job) => runStep(parts, job, new AbortController().signal),
    runDue: async () => {
      for (let runs = 0; runs < 30; runs += 1) {
        await advance(id);
        const move = dueMove(catalog, await store.load(id));
        if (move?.kind !== 'run') return;
        const { step, attempt, phase } = move;
        const job = { incident: id, step: step.key, attempt, phase, failures: 0 };
        const outcome = await runStep(parts, job, new AbortController().signal);
        if (outcome.kind === 'again') return;
      }
      throw new Error('the steps did not settle after 30 runs');
    },
  };
}
