import { CreateTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { seedRequest } from '../../sandbox/aws/seed-job.ts';
import { anAlarm } from '../alarms/an-alarm-handler.ts';
import { failJob } from '../support/aws-ledger.ts';
import { postJson } from '../support/world.ts';
import type { AnIncident } from './an-incident.ts';
import { type Call, type Effect, launchesOf, productionChanges, type Written } from './effects.ts';

type State = 'ALARM' | 'OK';

/** What an incident is about: how it starts to work, how it breaks, and how its alarm reports it. */
export interface Subject {
  readonly named: (sequence: string, tier: string) => string;
  readonly begin: (incident: AnIncident) => Promise<void>;
  readonly fail: (incident: AnIncident) => Promise<void>;
  readonly report: (incident: AnIncident, state: State) => Promise<void>;
  /** What AWS has carried out about it. */
  readonly effects: (
    subject: string,
    calls: readonly Call[],
    intents: readonly Written[],
  ) => readonly Effect[];
}

/** A training job of a sequence of its own. */
export const trainingJob: Subject = {
  named: (sequence, tier) => `srl-rlvr-${tier}-${sequence}`,
  // A short job without checkpoints.
  begin: async ({ stack, subject, clients }) => {
    const { CheckpointConfig: _, ...request } = seedRequest(subject, stack.tier.name, 'ml.g5.2xlarge', {
      max_steps: '20',
    });
    // The seed's request type is looser than the SDK's.
    await clients.sagemaker.send(new CreateTrainingJobCommand(request as never));
  },
  fail: async (incident) => {
    await failJob(incident.stack, incident.subject, 'internal');
    await trainingJob.report(incident, 'ALARM');
  },
  report: async (incident, state) => {
    const { alarms, subject, stack } = incident;
    const [first] = alarms;
    const body =
      state === 'ALARM' && first !== undefined ? first : anAlarm(state, stack.clock.now(), { job: subject });
    if (state === 'ALARM') alarms.push(body);
    await send(incident, body);
  },
  effects: launchesOf,
};

/** The endpoint that the stand-in has in production. */
const endpoint = 'srl-rlvr-gold-prod';

export const productionEndpoint: Subject = {
  named: () => endpoint,
  begin: async () => undefined,
  // The stand-in sends the alarm itself.
  fail: async ({ stack, alarms }) => {
    const failed = await postJson(`${stack.region.url}/_sandbox/fail`, { endpoint, kind: 'model-degraded' });
    alarms.push(...z.object({ alarms: z.array(z.string()) }).parse(failed).alarms);
  },
  report: async ({ stack, alarms: names }, state) => {
    await postJson(`${stack.region.url}/_sandbox/alarms`, { names, state });
  },
  // The stand-in serves one sequence, so every change is about this incident.
  effects: (_, calls, intents) => productionChanges(calls, intents),
};

async function send({ stack, clients }: AnIncident, body: string): Promise<void> {
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: stack.region.queueUrl, MessageBody: body }));
}
