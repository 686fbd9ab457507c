import { z } from 'zod';
import type { Alarms } from './alarms.ts';
import type { Bucket } from './bucket.ts';
import { FailRequest } from './fail-request.ts';
import { Fault, type Faults } from './faults.ts';
import { type Sts, TrustRequest } from './iam/sts.ts';
import { ImageRequest, type Images } from './images.ts';
import type { Jobs } from './jobs.ts';
import type { Ledger } from './ledger.ts';
import { namesEndpoint, type Serving } from './models/serving.ts';
import type { StateMachines } from './state-machines/state-machines.ts';

const DamageRequest = z.object({
  uri: z.string(),
  file: z.string(),
  how: z.enum(['truncate', 'zero', 'lfs-pointer']),
});

/** Puts many alarms into a state at once, as in an outage. For a single alarm, use SetAlarmState. */
const AlarmsRequest = z.object({ names: z.array(z.string()), state: z.enum(['OK', 'ALARM']) });

export interface ControlDeps {
  readonly jobs: Jobs;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly bucket: Bucket;
  readonly serving: Serving;
  readonly alarms: Alarms;
  readonly machines: StateMachines;
  readonly images: Images;
  readonly sts: Sts;
}

/** The control API under /_sandbox: break jobs and models, make calls fail, read the ledger. */
export class Control {
  private readonly deps: ControlDeps;

  constructor(deps: ControlDeps) {
    this.deps = deps;
  }

  /** Returns undefined if the path does not exist. Throws if the body is invalid. */
  async handle(method: string, path: string, body: string): Promise<unknown> {
    return this.handlers[`${method} ${path}`]?.(JSON.parse(body === '' ? '{}' : body));
  }

  private readonly handlers: Readonly<Record<string, (input: unknown) => unknown>> = {
    'GET /_sandbox/ledger': () => this.deps.ledger.show(),
    'GET /_sandbox/jobs': () => this.jobs(),
    'GET /_sandbox/waiting': () => this.deps.faults.waiting(),
    'POST /_sandbox/release': () => this.okAfter(() => this.deps.faults.release()),
    'POST /_sandbox/faults': (input) => this.okAfter(() => this.deps.faults.add(Fault.parse(input))),
    'DELETE /_sandbox/faults': () => this.okAfter(() => this.deps.faults.clear()),
    'POST /_sandbox/alarms': (input) => this.okAfter(() => this.setAlarms(AlarmsRequest.parse(input))),
    'POST /_sandbox/fail': (input) => this.fail(input),
    'POST /_sandbox/endpoint': (input) => this.okAfter(() => this.deps.serving.script(input)),
    'POST /_sandbox/state-machine': (input) => this.okAfter(() => this.deps.machines.script(input)),
    'POST /_sandbox/image': (input) => this.okAfter(() => this.deps.images.move(ImageRequest.parse(input))),
    'POST /_sandbox/actor-role': (input) =>
      this.okAfter(() => this.deps.sts.script(TrustRequest.parse(input))),
    'POST /_sandbox/damage': (input) => this.damage(DamageRequest.parse(input)),
  };

  private fail(input: unknown): unknown {
    return namesEndpoint(input)
      ? this.deps.serving.fail(input)
      : this.deps.jobs.fail(FailRequest.parse(input));
  }

  private jobs(): unknown {
    return this.deps.jobs.list().map((job) => ({
      name: job.name,
      status: job.status,
      secondary: job.secondary,
      step: job.step,
      checkpointUri: job.request.CheckpointConfig?.S3Uri,
    }));
  }

  private setAlarms({ names, state }: z.infer<typeof AlarmsRequest>): void {
    const StateReason = 'Threshold Crossed: 1 datapoint [1.0] was greater than the threshold (0.9).';
    for (const AlarmName of names) this.deps.alarms.set({ AlarmName, StateValue: state, StateReason });
  }

  private okAfter(work: () => void): { ok: true } {
    work();
    return { ok: true };
  }

  private async damage({ uri, file, how }: z.infer<typeof DamageRequest>): Promise<{ ok: true }> {
    const bytes = (await this.deps.bucket.get(`${uri}${file}`)) ?? Buffer.alloc(0);
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize ${bytes.length}\n`;
    const broken = {
      truncate: bytes.subarray(0, Math.floor(bytes.length / 2)),
      zero: Buffer.alloc(0),
      'lfs-pointer': Buffer.from(pointer),
    }[how];
    await this.deps.bucket.put(`${uri}${file}`, broken);
    return { ok: true };
  }
}
