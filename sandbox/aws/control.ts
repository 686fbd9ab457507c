import { z } from 'zod';
import type { Alarms } from './alarms.ts';
import type { Bucket } from './bucket.ts';
import { FailRequest } from './fail-request.ts';
import { Fault, type Faults } from './faults.ts';
import type { Jobs } from './jobs.ts';
import type { Ledger } from './ledger.ts';
import { meansEndpoint, type Serving } from './models/serving.ts';

const DamageRequest = z.object({
  uri: z.string(),
  file: z.string(),
  how: z.enum(['truncate', 'zero', 'lfs-pointer']),
});

/** Many alarms go into a state at once, as in an outage; one by one that is SetAlarmState. */
const AlarmsRequest = z.object({ names: z.array(z.string()), state: z.enum(['OK', 'ALARM']) });

export interface ControlParts {
  readonly jobs: Jobs;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly bucket: Bucket;
  readonly serving: Serving;
  readonly alarms: Alarms;
}

/** The control API under /_sandbox: break jobs and models, make calls fail, read the ledger. */
export class Control {
  private readonly parts: ControlParts;

  constructor(parts: ControlParts) {
    this.parts = parts;
  }

  /** Undefined: there is no such path. Throws what is wrong with the body. */
  async answer(method: string, path: string, body: string): Promise<unknown> {
    return this.answers[`${method} ${path}`]?.(JSON.parse(body === '' ? '{}' : body));
  }

  private readonly answers: Readonly<Record<string, (input: unknown) => unknown>> = {
    'GET /_sandbox/ledger': () => this.parts.ledger.show(),
    'GET /_sandbox/jobs': () => this.jobs(),
    'GET /_sandbox/waiting': () => this.parts.faults.waiting(),
    'POST /_sandbox/release': () => this.did(() => this.parts.faults.release()),
    'POST /_sandbox/faults': (input) => this.did(() => this.parts.faults.add(Fault.parse(input))),
    'DELETE /_sandbox/faults': () => this.did(() => this.parts.faults.clear()),
    'POST /_sandbox/alarms': (input) => this.did(() => this.setAlarms(AlarmsRequest.parse(input))),
    'POST /_sandbox/fail': (input) => this.fail(input),
    'POST /_sandbox/endpoint': (input) => this.did(() => this.parts.serving.script(input)),
    'POST /_sandbox/damage': (input) => this.damage(DamageRequest.parse(input)),
  };

  private fail(input: unknown): unknown {
    return meansEndpoint(input)
      ? this.parts.serving.fail(input)
      : this.parts.jobs.fail(FailRequest.parse(input));
  }

  private jobs(): unknown {
    return this.parts.jobs.list().map((job) => ({
      name: job.name,
      status: job.status,
      secondary: job.secondary,
      step: job.step,
      checkpointUri: job.request.CheckpointConfig?.S3Uri,
    }));
  }

  private setAlarms({ names, state }: z.infer<typeof AlarmsRequest>): void {
    const StateReason = 'Threshold Crossed: 1 datapoint [1.0] was greater than the threshold (0.9).';
    for (const AlarmName of names) this.parts.alarms.set({ AlarmName, StateValue: state, StateReason });
  }

  private did(work: () => void): { ok: true } {
    work();
    return { ok: true };
  }

  private async damage({ uri, file, how }: z.infer<typeof DamageRequest>): Promise<{ ok: true }> {
    const bytes = (await this.parts.bucket.get(`${uri}${file}`)) ?? Buffer.alloc(0);
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize ${bytes.length}\n`;
    const broken = {
      truncate: bytes.subarray(0, Math.floor(bytes.length / 2)),
      zero: Buffer.alloc(0),
      'lfs-pointer': Buffer.from(pointer),
    }[how];
    await this.parts.bucket.put(`${uri}${file}`, broken);
    return { ok: true };
  }
}
