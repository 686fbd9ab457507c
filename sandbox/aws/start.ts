import { createServer } from 'node:http';
import { closed, listening } from '../listen.ts';
import { Alarms } from './alarms.ts';
import { Announcer, createQueue } from './announce.ts';
import { Bucket } from './bucket.ts';
import { Calls } from './calls.ts';
import { Control } from './control.ts';
import { FailRequest } from './fail-request.ts';
import { Faults } from './faults.ts';
import { Gate } from './gate.ts';
import { Principals } from './iam/principals.ts';
import { Sts } from './iam/sts.ts';
import { Images } from './images.ts';
import { createInner } from './inner.ts';
import type { Job } from './job.ts';
import { Jobs } from './jobs.ts';
import { Ledger } from './ledger.ts';
import { Logbook } from './logbook.ts';
import { Memory } from './memory.ts';
import { AllMetrics } from './metrics/all-metrics.ts';
import { seedModels } from './models/seed-models.ts';
import { Serving } from './models/serving.ts';
import { createBuckets, seedObjects } from './seed.ts';
import { backdate, inSubnets, type SeedJob, seedRequest } from './seed-job.ts';
import { createServices } from './services.ts';
import { SigningKeys } from './signing-keys.ts';
import { StateMachines } from './state-machines/state-machines.ts';

export interface Region {
  readonly url: string;
  readonly queueUrl: string;
  readonly topicArn: string;
  readonly close: () => Promise<void>;
}

export interface RegionOptions {
  /** 0 means any free port. */
  readonly port: number;
  /** How many times faster than real time jobs run. */
  readonly speed: number;
  readonly seed: boolean;
  /** Training jobs in addition to the seeded ones. */
  readonly jobs?: readonly SeedJob[];
  /** Bodies of `POST /_sandbox/fail`, applied before any seeded job advances. */
  readonly broken?: readonly object[];
}

/** Starts a stand-in AWS region on one loopback port. */
export async function startRegion(options: RegionOptions): Promise<Region> {
  const { port, speed, seed, jobs: more = [], broken = [] } = options;
  const inner = createInner();
  const bucket = new Bucket(inner);
  const { name, innerUrl, topicArn } = await createQueue(inner);
  const announcer = new Announcer(inner, innerUrl);
  const [ledger, faults, logbook] = [new Ledger(), new Faults(), new Logbook()];
  const alarms = new Alarms((message) => announcer.alarmChanged(message));
  const changed = (job: Job): void => {
    announcer.jobChanged(job);
    alarms.evaluate(job);
  };
  const jobs = new Jobs({ bucket, logbook, memory: new Memory(), speed, changed }, ledger, bucket);
  const serving = new Serving(bucket, alarms, speed);
  await createBuckets(inner);
  if (seed) await seedAll({ bucket, jobs, alarms, serving, logbook }, [...seedJobs, ...more], broken);
  const metrics = new AllMetrics(jobs, logbook, serving);
  const images = new Images();
  const machines = new StateMachines(speed);
  const own = { jobs, logbook, alarms, serving, metrics, images, machines };
  const services = createServices({ ...own, signingKeys: new SigningKeys() });
  const principals = new Principals();
  const sts = new Sts(principals);
  const calls = new Calls({ services, ledger, sts, inner, innerQueueUrl: innerUrl });
  const control = new Control({ jobs, ledger, faults, bucket, serving, alarms, images, machines, sts });
  const gate = new Gate({ calls, control, ledger, faults, principals });
  const server = createServer((request, response) => void gate.handle(request, response));
  const url = await listening(server, port);
  const close = async (): Promise<void> => {
    await Promise.all([jobs.close(), serving.endpoints.close()]);
    faults.clear();
    await closed(server);
    await announcer.close();
    await inner.close();
  };
  return { url, queueUrl: `${url}/000000000000/${name}`, topicArn, close };
}

const seedJobs: readonly SeedJob[] = [
  { name: 'srl-rlvr-gold-20251104', tier: 'gold', step: 1_320, checkpoints: [1_200, 1_250, 1_300] },
  { name: 'srl-rlvr-silver-20251103', tier: 'silver', step: 400 },
];

interface Seeded {
  readonly bucket: Bucket;
  readonly jobs: Jobs;
  readonly alarms: Alarms;
  readonly serving: Serving;
  readonly logbook: Logbook;
}

/** The initial state of the account: data, checkpoints, running jobs, and a model in production. */
async function seedAll(
  { bucket, jobs, alarms, serving, logbook }: Seeded,
  training: readonly SeedJob[],
  broken: readonly object[],
): Promise<void> {
  await seedObjects(bucket, training);
  await seedModels(bucket, serving);
  // The jobs that trained versions 3 and 4 of the gold model. The learning rate of the second one was too high.
  jobs.seedCompleted(
    seedRequest('srl-rlvr-gold-20251014', 'gold', 'ml.g5.12xlarge'),
    20,
    "{'loss': 0.0812, 'reward': 0.702}",
  );
  jobs.seedCompleted(
    seedRequest('srl-rlvr-gold-20251028', 'gold', 'ml.g5.12xlarge', { learning_rate: '5e-06' }),
    6,
    "{'loss': 0.0894, 'reward': 0.661}",
  );
  for (const { name, tier, step, subnets } of training) {
    jobs.seed({ ...seedRequest(name, tier, 'ml.g5.2xlarge'), ...(subnets && inSubnets(subnets)) }, step);
    backdate(jobs.find(name), step, logbook);
    alarms.evaluate(jobs.find(name));
  }
  for (const one of broken) await jobs.fail(FailRequest.parse(one));
}
