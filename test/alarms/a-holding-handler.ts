import type { Redis } from 'ioredis';
import type { Incident } from '../../src/incidents/model/incident.ts';
import {
  type AnAlarmHandler,
  aJobEvent,
  began,
  createAnAlarmHandler,
  type HandlerOptions,
  minute,
} from './an-alarm-handler.ts';

/** Bronze jobs are in a maintenance window of an hour. */
const window = {
  name: 'Cluster upgrade',
  starts: new Date(began).toISOString(),
  minutes: 60,
  timezone: 'UTC',
  jobs: ['srl-rlvr-bronze-*'],
};

export interface AHoldingHandler extends AnAlarmHandler {
  /** Sends a failure event for a job; returns its newest incident. */
  readonly fails: (job: string) => Promise<Incident>;
  readonly load: (incident: Incident) => Promise<Incident>;
}

/** An alarm handler one minute into its maintenance window. */
export function createAHoldingHandler(redis: Redis, changes: HandlerOptions = {}): AHoldingHandler {
  const handler = createAnAlarmHandler(redis, { ...changes, maintenance: [window] });
  handler.clock.at = began + minute;
  let sent = 0;
  return {
    ...handler,
    fails: async (job) => {
      const body = aJobEvent('Failed', 'Failed', handler.clock.at, job);
      await handler.handleAlarm({ id: `m-${(sent += 1)}`, body, path: 'sqs' });
      return (await handler.all()).find((one) => one.job === job) as Incident;
    },
    load: async ({ id }) => handler.store.load(id),
  };
}
