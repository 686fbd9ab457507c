import { startAlarmLoop } from '../alarms/sqs/poll.ts';
import { createAlarmQueue } from '../aws/alarms/alarm-queue.ts';
import type { Clients } from '../aws/clients.ts';
import {
  advanceWithAutopilot,
  createAutopilotSweep,
  type PilotDeps,
} from '../queue/autopilot/autopilot-sweep.ts';
import { type DataWork, startDataWorker } from '../queue/data/data-worker.ts';
import { createDataFlows, type DataFlows } from '../queue/data/scan-flows.ts';
import { type Repeated, startSweeps, startWatches } from '../queue/repeated.ts';
import { createSweep, type SweepDeps } from '../queue/sweep.ts';
import type { Running } from '../queue/watched-worker.ts';
import { startStepWorker } from '../queue/worker.ts';
import { createScanStore } from '../redis/scan-store.ts';
import type { AlarmIntake } from './alarm-intake.ts';
import { archiveWatch, startRebuilding } from './audit/archiving.ts';
import { autopilotOf } from './autopilot/autopilot-parts.ts';
import { approvalReminders, escalations, startPaging, takeReminders } from './call-people.ts';
import type { Core, RunningRole } from './core.ts';
import { drillAlarms } from './drills/drill-alarms.ts';
import { haltSpreader } from './halt/announce-halt.ts';
import { startCanaries } from './health.ts';
import { releaser } from './holds.ts';
import { retentionWatch } from './readiness/retention-watch.ts';
import { limitsIn, sharedCaps } from './steps/launch-limits.ts';
import { countLostLaunches } from './steps/lost-reservations.ts';
import { runDeps, type StepServices } from './steps/run-deps.ts';
import { fallbackOf } from './threads/slack-fallback.ts';
import { createWatches } from './watches.ts';

export interface WorkerServices extends StepServices {
  readonly clients: Pick<Clients, 'sqs' | 'sns'>;
  readonly alarms: AlarmIntake;
}

/** Takes alarms in, runs the steps of incidents against AWS, and requeues what a crash left behind. */
export async function startWorkerRole(core: Core, services: WorkerServices): Promise<RunningRole> {
  const { redis, log, advance } = core;
  const { clients, alarms } = services;
  const { flows, startScans } = scansOf(core);
  const deps = runDeps(core, services, flows);
  countLostLaunches(core, sharedCaps(core, services.aws, limitsIn(core.config)));
  const pilot = { autopilot: autopilotOf(core, deps), advance, log };
  const stepDeps = { ...deps, advance: advanceWithAutopilot(pilot) };
  const steps = startStepWorker(redis.forWorkers, stepDeps, core.payloads);
  const data = startScans();
  const glancing = forGlances(core);
  const fallback = fallbackOf(glancing, clients);
  const pages = startPaging(core, services.linkTo, fallback?.send);
  const sweep = await startSweeps(redis, log, {
    ...sweepsOf(glancing, { ...pilot, autopilot: autopilotOf(glancing, deps) }, deps),
    ...(fallback !== undefined && { fallback: fallback.sweep }),
  });
  const watching = await startWatches(redis, log, watchesOf(glancing, services));
  const rebuilding = startRebuilding(services.archiving, core);
  const queue = startAlarmQueue(core, services);
  const running = { steps, data, ...(pages && { pages }), sweep, watch: watching };
  const canaries = startCanaries(core, running);
  return {
    checks: [sweep.check, watching.check, ...canaries.map(({ check }) => check)],
    close: async (graceMs) => {
      await queue?.close();
      await Promise.all(canaries.map(async (canary) => canary.close()));
      await alarms.idle();
      await Promise.all([
        ...Object.values(running).map(async (worker) => worker.close(graceMs)),
        rebuilding.stop(),
      ]);
      await flows.close();
    },
  };
}

/** For repeated looks at all open incidents: they read only journals that grew. What they record is decided on the present state. */
function forGlances(core: Core): Core {
  const { store } = core;
  return { ...core, store: { ...store, load: store.glance } };
}

function sweepsOf(
  core: Core,
  pilot: PilotDeps,
  { reportRefused }: Pick<SweepDeps, 'reportRefused'>,
): Parameters<typeof startSweeps>[2] {
  return {
    sweep: createSweep({ ...core, redis: core.redis.forAnswers, reportRefused }),
    holds: releaser(core),
    take: takeReminders(core),
    escalate: escalations(core),
    approvals: approvalReminders(core),
    halt: haltSpreader(core),
    autopilot: createAutopilotSweep({ ...pilot, store: core.store }),
    drills: drillAlarms(core),
  };
}

function watchesOf(core: Core, { aws, alarms, nameOf, archiving }: WorkerServices): readonly Repeated[] {
  const retention = retentionWatch(core, archiving?.archive);
  const watches = [...createWatches(core, aws, alarms, nameOf), retention];
  return archiving === undefined ? watches : [...watches, archiveWatch(archiving)];
}

/** Undefined without ALARM_QUEUE_URL. */
function startAlarmQueue({ config, log }: Core, { clients, alarms }: WorkerServices) {
  const { alarmQueueUrl: url } = config;
  if (url === undefined) return undefined;
  const source = createAlarmQueue(clients.sqs, url);
  const alive = (): Promise<void> => alarms.heard('sqs');
  return startAlarmLoop({ source, handleAlarm: alarms.handleAlarm, alive, log });
}

interface Scans {
  readonly flows: DataFlows;
  readonly startScans: () => Running;
}

/** Scans of training data: queued, and run by reader processes. */
function scansOf({ config, redis, log, readers, wake, payloads }: Core): Scans {
  const store = createScanStore(redis.forAnswers);
  const flows = createDataFlows(redis.forAnswers, log, {
    store,
    plan: async (question) => readers.run('plan-scan', { question }),
    payloads,
  });
  const scan: DataWork['scan'] = async (job) => readers.run('scan-job', job);
  const work = { scan, store, most: config.scanThreads, payloads };
  return { flows, startScans: () => startDataWorker(redis.forWorkers, log, work, wake) };
}
