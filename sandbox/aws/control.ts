import { z } from 'zod';
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

/** The control API under /_sandbox: break jobs and models, make calls fail, read the ledger. */
export class Control {
  private readonly jobs: Jobs;
  private readonly ledger: Ledger;
  private readonly faults: Faults;
  private readonly bucket: Bucket;
  private readonly serving: Serving;

  constructor(jobs: Jobs, ledger: Ledger, faults: Faults, bucket: Bucket, serving: Serving) {
    this.jobs = jobs;
    this.ledger = ledger;
    this.faults = faults;
    this.bucket = bucket;
    this.serving = serving;
  }

  /** Undefined: there is no such path. Throws what is wrong with the body. */
  async answer(method: string, path: string, body: string): Promise<unknown> {
    const input = (): unknown => JSON.parse(body === '' ? '{}' : body);
    switch (`${method} ${path}`) {
      case 'GET /_sandbox/ledger':
        return this.ledger.show();
      case 'GET /_sandbox/jobs':
        return this.jobs.list().map((job) => ({
          name: job.name,
          status: job.status,
          secondary: job.secondary,
          step: job.step,
          checkpointUri: job.request.CheckpointConfig?.S3Uri,
        }));
      case 'GET /_sandbox/waiting':
        return this.faults.waiting();
      case 'POST /_sandbox/release':
        return this.did(() => this.faults.release());
      case 'POST /_sandbox/faults':
        return this.did(() => this.faults.add(Fault.parse(input())));
      case 'DELETE /_sandbox/faults':
        return this.did(() => this.faults.clear());
      case 'POST /_sandbox/fail':
        return this.fail(input());
      case 'POST /_sandbox/endpoint':
        return this.did(() => this.serving.script(input()));
      case 'POST /_sandbox/damage':
        await this.damage(DamageRequest.parse(input()));
        return { ok: true };
      default:
        return undefined;
    }
  }

  private fail(input: unknown): unknown {
    return meansEndpoint(input) ? this.serving.fail(input) : this.jobs.fail(FailRequest.parse(input));
  }

  private did(work: () => void): { ok: true } {
    work();
    return { ok: true };
  }

  private async damage({ uri, file, how }: z.infer<typeof DamageRequest>): Promise<void> {
    const bytes = (await this.bucket.get(`${uri}${file}`)) ?? Buffer.alloc(0);
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize ${bytes.length}\n`;
    const broken = {
      truncate: bytes.subarray(0, Math.floor(bytes.length / 2)),
      zero: Buffer.alloc(0),
      'lfs-pointer': Buffer.from(pointer),
    }[how];
    await this.bucket.put(`${uri}${file}`, broken);
  }
}
