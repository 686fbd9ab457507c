import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openIncident } from '../../src/incidents/intake/incident-ids.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
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
  /** When the request was sent, in ms, by the clock of the stand-in for Slack and by that of Relight. */
  readonly at: { readonly slack: number; readonly relight: number };
  /** Slack worked from the click to the end of the sequence. */
  slackWorked: boolean;
}

/** One incident of one sequence, and everything that people did to it. */
export interface AnIncident {
  readonly stack: Stack;
  /** The name of the job or endpoint. */
  readonly subject: string;
  readonly sent: Sent[];
  /** Values of buttons that were shown at some time, oldest first. */
  readonly shown: string[];
  /** The messages of a job's alarm, or the names of an endpoint's alarms, to send them again. */
  readonly alarms: string[];
  readonly clients: { readonly sagemaker: SageMakerClient; readonly sqs: SQSClient };
}

const settings = { region: 'us-east-1', credentials: { accessKeyId: 'person', secretAccessKey: 'person' } };

export function anIncident(stack: Stack, subject: string): AnIncident {
  const endpoint = stack.region.url;
  const clients = {
    sagemaker: new SageMakerClient({ ...settings, endpoint }),
    sqs: new SQSClient({ ...settings, endpoint }),
  };
  return { stack, subject, sent: [], shown: [], alarms: [], clients };
}

/** The incident as the journal has it now. */
export async function present({ stack, subject }: AnIncident): Promise<Incident | undefined> {
  const id = await openIncident({ store: stack.store, region: 'us-east-1' }, subject);
  return id === undefined ? undefined : stack.store.find(id);
}

const calmWithinMs = 1_500;

/**
 * Waits until no job is running, so that a person sees what there is to see; not for jobs that wait for AWS. False if one
 * still runs.
 */
export async function calm({ stack }: Pick<AnIncident, 'stack'>, withinMs = calmWithinMs): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (stack.isUp() && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    const busy = await Promise.all(
      [stack.steps, stack.messages].map(async (queue) => queue.getJobCountByTypes('waiting', 'active')),
    );
    if (busy.every((count) => count === 0)) return true;
  }
  return false;
}
