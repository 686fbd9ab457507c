import { pino } from 'pino';
import { createRpoWatch, type RpoWatch } from '../../src/alarms/watch/rpo-watch.ts';
import { newestComplete } from '../../src/checkpoints/grading/newest-complete.ts';
import type { FailureReport } from '../../src/incidents/intake/failure-report.ts';
import { createIntake } from '../../src/incidents/intake/intake.ts';
import { createWarnings } from '../../src/incidents/intake/warnings.ts';
import { createIncidentStore, type IncidentStore } from '../../src/incidents/journal/store.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { playbook } from '../../src/playbooks/catalog/checkpoints-stopped.ts';
import { createUnreadableLooks } from '../../src/redis/unreadable-looks.ts';
import { trainingSince } from '../support/a-running-job.ts';
import { ended, minute, putCheckpoint } from '../support/a-training-run.ts';
import { type FakePorts, fakePorts } from '../support/fake-ports.ts';
import { noHolds } from '../support/no-ops.ts';
import { chain } from '../support/proofs.ts';
import type { TestRedis } from '../support/redis.ts';

export const gold = 'srl-rlvr-gold-20251104';
export const silver = 'srl-rlvr-silver-20251103';

export interface WatchUnderTest {
  /** Runs the watch this many minutes after checkpoint-1300, which was written half an hour before `ended`. */
  readonly lookAt: (minutesLater: number) => Promise<void>;
  /** All reports so far, newest incident first. */
  readonly alarms: () => Promise<unknown[]>;
  readonly watch: RpoWatch;
  readonly store: IncidentStore;
  /** All log lines. */
  readonly logged: string[];
  /** The intake for other reports about a job. */
  readonly intake: (report: FailureReport) => Promise<Incident>;
  /** Newest first. */
  readonly incidents: () => Promise<Incident[]>;
}

/** A gold job that has trained for four hours, with two checkpoints. */
export function watchedPorts(): FakePorts {
  const ports = fakePorts();
  ports.training.put(trainingSince(240));
  putCheckpoint(ports.checkpoints, 1300, 30);
  putCheckpoint(ports.checkpoints, 1250, 55);
  return ports;
}

const plan = { id: 'checkpoints-stopped', steps: playbook.steps.map(({ key }) => key) };

/** The watch over the fake SageMaker and S3, with the real intake, journal and Redis behind it. */
export function watchOver(ports: FakePorts, redis: TestRedis): WatchUnderTest {
  const store = createIncidentStore(redis.client, chain, ports.clock);
  const { tierOf } = ports.region;
  const intake = createIntake({
    store,
    region: 'us-east-1',
    tierOf: (job) => {
      const tier = tierOf(job);
      return tier && { ...tier, rtoMinutes: 60 };
    },
    incidentOf: async () => undefined,
    holds: noHolds,
  });
  const logged: string[] = [];
  const watch = createRpoWatch({
    tierOf,
    runningJobs: () => ports.region.running(100),
    describe: (job) => ports.training.describe(job),
    newest: async (job, known) =>
      (await newestComplete(job, { checkpoints: ports.checkpoints, now: ports.clock.now(), known })).complete,
    report: async (report) => void (await intake({ ...report, plan })),
    warnings: createWarnings({ store, advance: async () => undefined }),
    unreadable: createUnreadableLooks(redis.client),
    now: ports.clock.now,
    log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    betweenJobsMs: 0,
  });
  const incidents = async () => Promise.all((await store.ids('all')).map((id) => store.load(id)));
  return {
    watch,
    store,
    logged,
    incidents,
    intake: async (report) => (await intake(report)).incident,
    alarms: async () => (await incidents()).map(({ job, kind, alarms }) => ({ job, kind, alarms })),
    lookAt: async (minutesLater) => {
      ports.time.now = ended + (minutesLater - 30) * minute;
      await watch.check();
    },
  };
}
