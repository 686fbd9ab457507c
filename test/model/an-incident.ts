import { CreateTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { seedRequest } from '../../sandbox/aws/seed-job.ts';
import { openIncident } from '../../src/incidents/intake/incident-ids.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { anAlarm } from '../alarms/an-alarm-handler.ts';
import { failJob } from '../support/aws-ledger.ts';
import type { Acked } from '../support/slack-requests.ts';
import type { Stack } from './stack.ts';

/** A click, a submitted form or a command as a person sent it, with what Slack was told. */
export interface Sent {
  readonly user: string;
  readonly what: string;
  /** `incident.step.attempt.hash` */
  readonly value: string;
  /** Undefined if nothing answered: the process was down. */
  readonly acked: Acked | undefined;
  /** Slack worked from the click to the end of the sequence. */
  slackWorked: boolean;
}

/** One incident of one sequence: a job of its own, and everything that people did to it. */
export interface AnIncident {
  readonly stack: Stack;
  readonly job: string;
  readonly sent: Sent[];
  /** Values of buttons that were shown at some time, oldest first. */
  readonly shown: string[];
  /** The alarms that were sent, for a duplicate. */
  readonly alarms: string[];
  readonly clients: { readonly sagemaker: SageMakerClient; readonly sqs: SQSClient };
}

const settings = { region: 'us-east-1', credentials: { accessKeyId: 'person', secretAccessKey: 'person' } };

export function anIncident(stack: Stack, job: string): AnIncident {
  const endpoint = stack.region.url;
  const clients = {
    sagemaker: new SageMakerClient({ ...settings, endpoint }),
    sqs: new SQSClient({ ...settings, endpoint }),
  };
  return { stack, job, sent: [], shown: [], alarms: [], clients };
}

/** Starts a short job without checkpoints. */
export async function startJob({ stack, job, clients }: AnIncident): Promise<void> {
  const { CheckpointConfig: _, ...request } = seedRequest(job, stack.tier.name, 'ml.g5.2xlarge', {
    max_steps: '20',
  });
  // The seed's request type is looser than the SDK's.
  await clients.sagemaker.send(new CreateTrainingJobCommand(request as never));
}

export async function failAndAlarm(incident: AnIncident): Promise<void> {
  const { stack, job } = incident;
  await failJob(stack, job, 'internal');
  await sendAlarm(incident, anAlarm('ALARM', stack.clock.now(), { job }));
}

export async function sendAlarm({ stack, clients, alarms }: AnIncident, body: string): Promise<void> {
  alarms.push(body);
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: stack.region.queueUrl, MessageBody: body }));
}

/** The incident as the journal has it now. */
export async function present({ stack, job }: AnIncident): Promise<Incident | undefined> {
  const id = await openIncident({ store: stack.store, region: 'us-east-1' }, job);
  return id === undefined ? undefined : stack.store.find(id);
}

const calmWithinMs = 1_500;

/** Waits until no job is running, so that a person sees what there is to see; not for jobs that wait for AWS. */
export async function calm({ stack }: Pick<AnIncident, 'stack'>, withinMs = calmWithinMs): Promise<void> {
  const end = Date.now() + withinMs;
  while (stack.isUp() && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    const busy = await Promise.all(
      [stack.steps, stack.messages].map(async (queue) => queue.getJobCountByTypes('waiting', 'active')),
    );
    if (busy.every((count) => count === 0)) return;
  }
}
