import { z } from 'zod';
import type { FaultRequest } from '../../sandbox/aws/faults.ts';
import { getJson, postJson } from './world.ts';

/** Anything with a stand-in for AWS: a test world or a demo. */
export interface HasRegion {
  readonly region: { readonly url: string };
}

const Call = z.object({
  service: z.string(),
  operation: z.string(),
  request: z.looseObject({}),
  status: z.string(),
  /** The session of an assumed role that made the call; absent for the credentials of a process. */
  session: z
    .object({
      role: z.string(),
      name: z.string(),
      sourceIdentity: z.string().optional(),
      tags: z.record(z.string(), z.string()),
      policy: z.unknown(),
    })
    .optional(),
});
const Ledger = z.object({
  calls: z.array(Call),
  /** Calls that IAM refused. */
  denied: z.array(z.object({ operation: z.string(), message: z.string() })),
  corruption: z.array(z.unknown()),
  reads: z.looseObject({ bytes: z.record(z.string(), z.number()) }),
});

/** The changes committed in the stand-in region, and any corrupted checkpoints. */
export async function awsLedger(world: HasRegion): Promise<z.infer<typeof Ledger>> {
  return Ledger.parse(await getJson(`${world.region.url}/_sandbox/ledger`));
}

export async function launches(world: HasRegion): Promise<z.infer<typeof Launch>[]> {
  const { calls } = await awsLedger(world);
  return calls
    .filter(({ operation }) => operation === 'CreateTrainingJob')
    .map(({ request }) => Launch.parse(request));
}

const Launch = z.looseObject({
  TrainingJobName: z.string(),
  CheckpointConfig: z.looseObject({ S3Uri: z.string() }),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
});

/** Fails a job; returns the step of the checkpoint that it left broken. */
export async function failJob(
  world: HasRegion,
  job: string,
  kind: string,
  more: { readonly damage?: string; readonly minutesAgo?: number } = {},
): Promise<number> {
  const answer = await postJson(`${world.region.url}/_sandbox/fail`, { job, kind, ...more });
  const { broken = '' } = z.object({ broken: z.string().optional() }).parse(answer);
  return Number(/checkpoint-(\d+)\/$/.exec(broken)?.[1]);
}

export async function addFault(world: HasRegion, fault: FaultRequest): Promise<void> {
  await postJson(`${world.region.url}/_sandbox/faults`, fault);
}

/** Requests held by a `hang-…` fault, before or after the commit. */
export async function heldRequests(world: HasRegion): Promise<unknown[]> {
  const held = await getJson(`${world.region.url}/_sandbox/waiting`);
  return Array.isArray(held) ? held : z.object({ waiting: z.array(z.unknown()) }).parse(held).waiting;
}
