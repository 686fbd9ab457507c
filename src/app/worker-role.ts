import { startAlarmLoop } from '../alarms/sqs/poll.ts';
import { createAlarmQueue } from '../aws/alarms/alarm-queue.ts';
import type { Clients } from '../aws/clients.ts';
import { advanceWithAutopilot, createAutopilotSweep } from '../queue/autopilot/autopilot-sweep.ts';
import { type DataWork, startDataWorker } from '../queue/data/data-worker.ts';
import { createDataFlows, type DataFlows } from '../queue/data/scan-flows.ts';
import { type Repeated, startSweeps, startWatches } from '../queue/repeated.ts';
import { createSweep } from '../queue/sweep.ts';
import type { Running } from '../queue/watched-worker.ts';
import { startStepWorker } from '../queue/worker.ts';
import { createScanStore } from '../redis/scan-store.ts';
import type { AlarmIntake } from './alarm-intake.ts';
import { haltSpreader } from './announce-halt.ts';
import { archiveWatch, startRebuilding } from './audit/archiving.ts';
import { autopilotOf } from './autopilot/autopilot-parts.ts';
import { approvalReminders, escalations, startPaging, takeReminders } from './call-people.ts';
import type { Core, RunningRole } from './core.ts';
import { drillAlarms } from './drills/drill-alarms.ts';
import { releaser } from './holds.ts';
import { runDeps, type StepServices } from './run-deps.ts';
import { createWatches } from './watches.ts';

export interface WorkerServices extends StepServices {
  readonly clients: Pick<Clients, 'sqs'>;
  readonly alarms: AlarmIntake;
}

/** Takes alarms in, runs the steps of incidents against AWS, and requeues what a crash left behind. */
export async function startWorkerRole(core: Core, services: WorkerServices): Promise<RunningRole> {
  const { redis, log, store, advance } = core;
  const { alarms } = services;
  const { flows, startScans } = scansOf(core);
  const deps = runDeps(core, services, flows);
  const pilot = { autopilot: autopilotOf(core, deps), advance, log };
  const steps = startStepWorker(redis.forWorkers, { ...deps, advance: advanceWithAutopilot(pilot) });
  const data = startScans();
  const pages = startPaging(core, services.linkTo);
  const sweep = await startSweeps(redis, log, {
    sweep: createSweep({ ...core, redis: redis.forAnswers, reportRefused: deps.reportRefused }),
    holds: releaser(core),
    take: takeReminders(core),
    escalate: escalations(core),
    approvals: approvalReminders(core),
    halt: haltSpreader(core),
    autopilot: createAutopilotSweep({ ...pilot, store }),
    drills: drillAlarms(core),
  });
  const watching = await startWatches(redis, log, watchesOf(core, services));
  const rebuilding = startRebuilding(services.archiving, core);
  const queue = startAlarmQueue(core, services);
  return {
    checks: [sweep.check, watching.check],
    close: async (graceMs) => {
      await queue?.close();
      await alarms.idle();
      await Promise.all([
        steps.close(graceMs),
        data.close(graceMs),
        pages?.close(graceMs),
        sweep.close(graceMs),
        watching.close(graceMs),
        rebuilding.stop(),
      ]);
      await flows.close();
    },
  };
}

/** Undefined without ALARM_QUEUE_URL. */
function startAlarmQueue({ config, log }: Core, { clients, alarms }: WorkerServices) {
  const { alarmQueueUrl: url } = config;
  if (url === undefined) return undefined;
  const source = createAlarmQueue(clients.sqs, url);
  const alive = (): Promise<void> => alarms.heard('sqs');
  return startAlarmLoop({ source, handleAlarm: alarms.handleAlarm, alive, log });
}

function watchesOf(core: Core, { aws, alarms, nameOf, archiving }: WorkerServices): readonly Repeated[] {
  const watches = createWatches(core, aws, alarms, nameOf);
  return archiving === undefined ? watches : [...watches, archiveWatch(archiving)];
}

interface Scans {
  readonly flows: DataFlows;
  readonly startScans: () => Running;
}

/** Scans of training data: queued, and run by reader processes. */
function scansOf({ config, redis, log, readers, wake }: Core): Scans {
  const store = createScanStore(redis.forAnswers);
  const flows = createDataFlows(redis.forAnswers, log, {
    store,
    plan: async (question) => readers.run('plan-scan', { question }),
  });
  const scan: DataWork['scan'] = async (job) => readers.run('scan-job', job);
  const work = { scan, store, most: config.scanThreads };
  return { flows, startScans: () => startDataWorker(redis.forWorkers, log, work, wake) };
}
