import { createServer } from 'node:http';
import { startFauxqs } from 'fauxqs';
import { closed, listening } from '../listen.ts';
import { Alarms } from './alarms.ts';
import { Announcer, createQueue } from './announce.ts';
import { Bucket } from './bucket.ts';
import { Calls } from './calls.ts';
import { Control } from './control.ts';
import { Faults } from './faults.ts';
import { Gate } from './gate.ts';
import type { Job } from './job.ts';
import { Jobs } from './jobs.ts';
import { Ledger } from './ledger.ts';
import { Logbook } from './logbook.ts';
import { Memory } from './memory.ts';
import { AllMetrics } from './metrics/all-metrics.ts';
import { seedModels } from './models/seed-models.ts';
import { Serving } from './models/serving.ts';
import { createBuckets, seedObjects } from './seed.ts';
import { seedRequest } from './seed-job.ts';
import { giveAPast } from './seed-past.ts';
import { createServices } from './services.ts';

export interface Region {
  readonly url: string;
  readonly queueUrl: string;
  readonly topicArn: string;
  readonly close: () => Promise<void>;
}

export interface RegionOptions {
  /** 0: any free port. */
  readonly port: number;
  /** How many times faster than life jobs run. */
  readonly speed: number;
  readonly seed: boolean;
}

/** A stand-in AWS region on one loopback port. */
export async function startRegion({ port, speed, seed }: RegionOptions): Promise<Region> {
  const fauxqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const inner = `http://127.0.0.1:${fauxqs.port}`;
  const bucket = new Bucket(inner);
  const { name, innerUrl, topicArn } = createQueue(fauxqs);
  const announcer = new Announcer(inner, innerUrl);
  const [ledger, faults, logbook] = [new Ledger(), new Faults(), new Logbook()];
  const alarms = new Alarms((message) => announcer.alarmChanged(message));
  const changed = (job: Job): void => {
    announcer.jobChanged(job);
    alarms.evaluate(job);
  };
  const jobs = new Jobs({ bucket, logbook, memory: new Memory(), speed, changed }, ledger, bucket);
  const serving = new Serving(bucket, alarms, speed);
  createBuckets(fauxqs);
  if (seed) await seedAll({ bucket, jobs, alarms, serving, logbook });
  const metrics = new AllMetrics(jobs, logbook, serving);
  const services = createServices({ jobs, logbook, alarms, serving, metrics });
  const calls = new Calls({ services, ledger, inner, innerQueueUrl: innerUrl });
  const control = new Control({ jobs, ledger, faults, bucket, serving, alarms });
  const gate = new Gate({ calls, control, ledger, faults });
  const server = createServer((request, response) => void gate.handle(request, response));
  const url = await listening(server, port);
  const close = async (): Promise<void> => {
    await Promise.all([jobs.close(), serving.endpoints.close()]);
    faults.clear();
    await closed(server);
    await announcer.close();
    bucket.close();
    await fauxqs.stop();
  };
  return { url, queueUrl: `${url}/000000000000/${name}`, topicArn, close };
}

/** Name, tier and the step that it has come to. */
const seedJobs = [
  ['srl-rlvr-gold-20251104', 'gold', 1_320],
  ['srl-rlvr-silver-20251103', 'silver', 400],
] as const;

interface Seeded {
  readonly bucket: Bucket;
  readonly jobs: Jobs;
  readonly alarms: Alarms;
  readonly serving: Serving;
  readonly logbook: Logbook;
}

/** What stands in the account before anything breaks: data, checkpoints, jobs that train, and a model in production. */
async function seedAll({ bucket, jobs, alarms, serving, logbook }: Seeded): Promise<void> {
  await seedObjects(bucket);
  await seedModels(bucket, serving);
  // What trained versions 3 and 4 of the gold model; the second one with a learning rate that was too high.
  jobs.seedDone(seedRequest('srl-rlvr-gold-20251014', 'gold', 'ml.g5.12xlarge'), 20);
  jobs.seedDone(
    seedRequest('srl-rlvr-gold-20251028', 'gold', 'ml.g5.12xlarge', { learning_rate: '5e-06' }),
    6,
  );
  for (const [name, tier, step] of seedJobs) {
    jobs.seed(seedRequest(name, tier, 'ml.g5.2xlarge'), step);
    giveAPast(jobs.find(name), step, logbook);
    alarms.evaluate(jobs.find(name));
  }
}
