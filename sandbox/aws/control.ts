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
    const input = (): unknown => JSON.parse(body === '' ? '{}' : body);
    switch (`${method} ${path}`) {
      case 'GET /_sandbox/ledger':
        return this.parts.ledger.show();
      case 'GET /_sandbox/jobs':
        return this.parts.jobs.list().map((job) => ({
          name: job.name,
          status: job.status,
          secondary: job.secondary,
          step: job.step,
          checkpointUri: job.request.CheckpointConfig?.S3Uri,
        }));
      case 'GET /_sandbox/waiting':
        return this.parts.faults.waiting();
      case 'POST /_sandbox/release':
        return this.did(() => this.parts.faults.release());
      case 'POST /_sandbox/faults':
        return this.did(() => this.parts.faults.add(Fault.parse(input())));
      case 'DELETE /_sandbox/faults':
        return this.did(() => this.parts.faults.clear());
      case 'POST /_sandbox/alarms':
        return this.did(() => this.setAlarms(AlarmsRequest.parse(input())));
      case 'POST /_sandbox/fail':
        return this.fail(input());
      case 'POST /_sandbox/endpoint':
        return this.did(() => this.parts.serving.script(input()));
      case 'POST /_sandbox/damage':
        await this.damage(DamageRequest.parse(input()));
        return { ok: true };
      default:
        return undefined;
    }
  }

  private fail(input: unknown): unknown {
    return meansEndpoint(input)
      ? this.parts.serving.fail(input)
      : this.parts.jobs.fail(FailRequest.parse(input));
  }

  private setAlarms({ names, state }: z.infer<typeof AlarmsRequest>): void {
    const StateReason = 'Threshold Crossed: 1 datapoint [1.0] was greater than the threshold (0.9).';
    for (const AlarmName of names) this.parts.alarms.set({ AlarmName, StateValue: state, StateReason });
  }

  private did(work: () => void): { ok: true } {
    work();
    return { ok: true };
  }

  private async damage({ uri, file, how }: z.infer<typeof DamageRequest>): Promise<void> {
    const bytes = (await this.parts.bucket.get(`${uri}${file}`)) ?? Buffer.alloc(0);
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize ${bytes.length}\n`;
    const broken = {
      truncate: bytes.subarray(0, Math.floor(bytes.length / 2)),
      zero: Buffer.alloc(0),
      'lfs-pointer': Buffer.from(pointer),
    }[how];
    await this.parts.bucket.put(`${uri}${file}`, broken);
  }
}
