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
import { createBuckets, seedObjects } from './seed.ts';
import { seedRequest } from './seed-job.ts';
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
  createBuckets(fauxqs);
  if (seed) await seedAll(bucket, jobs, alarms);
  const gate = new Gate({
    calls: new Calls({
      services: createServices(jobs, logbook, alarms),
      ledger,
      inner,
      innerQueueUrl: innerUrl,
    }),
    control: new Control(jobs, ledger, faults, bucket),
    ledger,
    faults,
  });
  const server = createServer((request, response) => void gate.handle(request, response));
  const url = await listening(server, port);
  const close = async (): Promise<void> => {
    await jobs.close();
    faults.clear();
    await closed(server);
    await announcer.close();
    bucket.close();
    await fauxqs.stop();
  };
  return { url, queueUrl: `${url}/000000000000/${name}`, topicArn, close };
}

/** What stands in the account before anything breaks: data, checkpoints, and jobs that train. */
async function seedAll(bucket: Bucket, jobs: Jobs, alarms: Alarms): Promise<void> {
  await seedObjects(bucket);
  jobs.seed(seedRequest('srl-rlvr-gold-20251104', 'gold', 'ml.g5.2xlarge'), 1_320);
  jobs.seed(seedRequest('srl-rlvr-silver-20251103', 'silver', 'ml.g5.2xlarge'), 400);
  for (const job of jobs.list()) alarms.evaluate(job);
}
