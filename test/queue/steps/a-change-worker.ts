import type { Intent } from '../../../src/audit/vault.ts';
import { Again, z } from '../../../src/playbooks/define.ts';
import type { AwsCallMade } from '../../../src/ports/calls.ts';
import type { JsonObject, Token } from '../../../src/ports/ports.ts';
import type { RunDeps, StepRun } from '../../../src/queue/steps/step-run.ts';
import { createSealer } from '../../../src/sanitize/seal.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { AWorker, now } from './a-worker.ts';

const plain = (what: object): JsonObject => JSON.parse(JSON.stringify(what)) as JsonObject;

/** A worker that carries out the change of the step `resumed`, and notes what it does in order. */
export class AChangeWorker extends AWorker {
  readonly done: string[] = [];
  readonly intents: (readonly [JsonObject, JsonObject])[] = [];
  readonly results: (readonly [string, unknown])[] = [];
  readonly unarchived = new Set<string>();
  readonly ports = fakePorts();
  /** The calls that the change sends. */
  calls: readonly AwsCallMade[] = [];
  halted: boolean | undefined;
  vaultFails: Error | undefined;
  /** What the action does with its request and its token. */
  act: (request: JsonObject, token: Token) => Promise<unknown> = async () => ({ job: 'job-2' });

  #note(what: string): void {
    this.done.push(what);
  }

  get changing(): RunDeps {
    return {
      ...this.deps,
      clock: { now: () => now },
      portsFor: () => this.ports,
      sealer: createSealer('of-this-test'),
      advance: async () => this.#note('advance'),
      launches: { note: async (job, incident) => this.#note(`launches ${job} ${incident}`) },
      reserve: async ({ step }, request) => this.#note(`reserve ${step} ${JSON.stringify(request)}`),
      halts: {
        current: async () => {
          this.#note('halts');
          return this.halted === true ? { source: 'variable', why: 'bad image', at: 1 } : undefined;
        },
      },
      log: { warn: () => this.#note('warn') } as unknown as RunDeps['log'],
      unarchived: {
        add: async (member: string) => void this.unarchived.add(member),
        drop: async (member: string) => void this.unarchived.delete(member),
        all: async () => [...this.unarchived],
      } as unknown as RunDeps['unarchived'],
      vault: {
        writeIntent: async (intent: Intent, earlier: Intent = intent) => {
          this.#note('intent');
          if (this.vaultFails !== undefined) throw this.vaultFails;
          this.intents.push([plain(intent), plain(earlier)]);
        },
        writeResult: async (id: string, result: unknown) => void this.results.push([id, result]),
        writeFile: async () => undefined,
        writeDeadLetter: async () => undefined,
      },
      withCallsNoted: async (work, sent) => {
        try {
          return await work();
        } finally {
          if (this.calls.length > 0) await sent(this.calls);
        }
      },
    };
  }

  /** A run of the change; its action sends what `act` does. */
  get change(): StepRun {
    const run = this.run({
      effect: 'change',
      approver: 'lead',
      output: z.object({ job: z.string() }),
      run: async ({ request }: { readonly request: JsonObject }, _: unknown, __: unknown, token: Token) => {
        this.#note('run');
        return this.act(request, token);
      },
    });
    return { ...run, step: { ...run.step, inputFor: () => ({}) } };
  }
}

export const waitingAgain = async (): Promise<Again> => new Again(3_000, 'copying');
