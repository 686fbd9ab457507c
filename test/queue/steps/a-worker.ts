import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { type Incident, stateOf } from '../../../src/incidents/model/incident.ts';
import { proposalHash } from '../../../src/ports/step-output.ts';
import type { Approved, ChangeToCheck, RunDeps, StepRun } from '../../../src/queue/steps/step-run.ts';
import { after, continued, ofStep, proposal, timeOf } from '../../incidents/model/a-history.ts';

export const hash = proposalHash(proposal);
const at = { step: 'resumed', attempt: 1 } as const;
export const proposed = (changes: object = {}): IncidentEvent => ({ ...ofStep.proposed, hash, ...changes });
export const approved = (changes: object = {}): IncidentEvent => ({ ...ofStep.approved, hash, ...changes });
export const begun: IncidentEvent = { ...ofStep.begun, hash };
export const byAutopilot: IncidentEvent = { type: 'autopilot-approved', ...at, hash, mode: 'auto' };
/** When the worker begins with the step. */
export const now = timeOf(20);

/** A worker that is about to carry out the step `resumed`, with the incident in memory. */
export class AWorker {
  incident: Incident = after(proposed(), approved());
  /** What the checks asked, in order. */
  asked: (readonly [string, unknown])[] = [];
  /** Why the approvers, or Autopilot, may not approve the change any longer. */
  why: string | undefined;
  whyNotAutopilot: string | undefined;
  /** The check that throws. */
  failing: string | undefined;
  readonly lost = new AbortController();

  async #note(what: string, value: unknown): Promise<void> {
    this.asked.push([what, value]);
    if (this.failing === what) throw new Error(what);
  }

  get deps(): RunDeps {
    // The parts that these checks use.
    return {
      store: {
        load: async () => this.incident,
        transact: async (_: string, decide: (present: Incident) => { events: IncidentEvent[] }) => {
          const decision = decide(this.incident);
          this.incident = continued(this.incident, ...decision.events);
          return decision;
        },
      },
      requireSigned: async (id: string) => this.#note('signed', id),
      requireArchived: async (id: string, hasBegun: boolean) => this.#note('archived', [id, hasBegun]),
      reauthorize: async (_: Incident, change: ChangeToCheck) => {
        await this.#note('reauthorize', change);
        return this.why;
      },
      whyNotAutopilot: (_: Incident, step: string) => {
        this.asked.push(['autopilot', step]);
        return this.whyNotAutopilot;
      },
    } as unknown as RunDeps;
  }

  run(action: object = { effect: 'read' }, startedAt = now): StepRun {
    return {
      job: { incident: this.incident.id, ...at, phase: 'change', failures: 0 },
      step: { key: 'resumed', kind: 'action', action },
      incident: this.incident,
      startedAt,
      signal: this.lost.signal,
    } as unknown as StepRun;
  }

  /** Each test brings the step into one of these states first. */
  get state(): Approved {
    return stateOf(this.incident, 'resumed') as Approved;
  }

  get namesOfAsked(): readonly string[] {
    return this.asked.map(([name]) => name);
  }
}
