import { startAlarmLoop } from './alarms/sqs.ts';
import { createVault } from './audit/vault.ts';
import { createAlarmQueue } from './aws/alarm-queue.ts';
import { createAuditBucket } from './aws/audit-bucket.ts';
import { createCheckpoints } from './aws/checkpoints.ts';
import { type Clients, createClients } from './aws/clients.ts';
import { createLogs } from './aws/logs.ts';
import { createMetrics } from './aws/metrics.ts';
import { createTraining } from './aws/training.ts';
import type { Core, RunningRole } from './core.ts';
import { classifyFailure } from './playbooks/classify-failure.ts';
import { Role } from './playbooks/define.ts';
import type { Ports } from './playbooks/ports.ts';
import { createSweep } from './queue/reconciler.ts';
import type { RunParts } from './queue/step-run.ts';
import { startStepWorker, startSweep } from './queue/worker.ts';

/** Takes alarms in, runs the steps of incidents against AWS, and puts back on the queue what crashes left behind. */
export async function startWorkerRole(
  core: Core,
  reauthorise: RunParts['reauthorise'],
): Promise<RunningRole> {
  const { config, redis, log } = core;
  const clients = createClients({ pathStyle: config.pathStyleBuckets });
  const steps = startStepWorker(redis.forWorkers, runParts(core, clients, reauthorise));
  const sweep = await startSweep(redis.forWorkers, log, createSweep({ ...core, redis: redis.forAnswers }));
  const alarms =
    config.alarmQueueUrl === undefined ? undefined : startAlarms(core, clients, config.alarmQueueUrl);
  return {
    checks: [],
    close: async (graceMs) => {
      await alarms?.close();
      await Promise.all([steps.close(graceMs), sweep.close(graceMs)]);
      clients.close();
    },
  };
}

function runParts(core: Core, clients: Clients, reauthorise: RunParts['reauthorise']): RunParts {
  const { config, store, catalog, advance, log } = core;
  const { auditBucket, settings } = config;
  return {
    store,
    catalog,
    advance,
    log,
    reauthorise,
    ports: portsOf(core, clients),
    vault: auditBucket === undefined ? undefined : createVault(createAuditBucket(clients.s3, auditBucket)),
    policyOf: (tier, approver) => {
      const change = settings.tiers[tier]?.change;
      // A tier that was taken out of relight.yaml while its incident was open asks for the most.
      if (change === undefined) return { role: 'production-approver', needs: 2 };
      return { role: stricter(change.role, approver), needs: change.approvals };
    },
  };
}

function portsOf({ config, clock, log }: Core, clients: Clients): Ports {
  const { caps, s3 } = config.settings;
  return {
    training: createTraining(clients.sagemaker, log),
    checkpoints: createCheckpoints(clients.s3, log),
    logs: createLogs(clients.logs),
    metrics: createMetrics(clients.cloudwatch),
    clock,
    caps: { instanceTypes: caps.instance_types, instanceCount: caps.instance_count },
    recoveryPrefix: s3.recovery,
  };
}

function stricter(one: Role, other: Role): Role {
  const order = Role.options;
  return order.indexOf(one) >= order.indexOf(other) ? one : other;
}

function startAlarms(core: Core, clients: Clients, queueUrl: string): ReturnType<typeof startAlarmLoop> {
  const { config, intake, planFor, advance, hurry, deadLetters, clock, log } = core;
  return startAlarmLoop({
    intake,
    planFor,
    advance,
    hurry,
    deadLetters,
    log,
    source: createAlarmQueue(clients.sqs, queueUrl),
    rules: config.settings.alarms.map((rule) => ({
      alarm: rule.alarm,
      kind: rule.kind,
      jobDimension: rule.job_dimension,
    })),
    classify: ({ statuses, ...end }) =>
      classifyFailure({ ...end, transitions: statuses.map((status) => ({ status, startedAt: 0 })) }, []).kind,
    now: clock.now,
  });
}
