import type { Fault } from '../../sandbox/aws/faults.ts';
import { rejection } from '../../src/models/model-calls.ts';
import type { ActionPorts } from '../../src/playbooks/define/action-ports.ts';
import { defineAction, definePlaybook, type Playbook, z } from '../../src/playbooks/define.ts';
import type { PromotionRequest, RejectionRequest } from '../../src/ports/models.ts';
import type { AttemptKey, JsonObject, S3Uri, Token } from '../../src/ports/ports.ts';
import { executionName } from '../../src/ports/state-machines/execution-names.ts';
import type { ExecutionRequest } from '../../src/ports/state-machines/state-machines.ts';
import { requestOf } from '../../src/training-data/fix/plan/fix-request.ts';

/** One change of each kind that Relight makes in AWS, with the real adapters. */

const job = 'srl-rlvr-gold-20251104';
const running = job;
const endpoint = 'srl-rlvr-gold-prod';
export const machine = 'arn:aws:states:us-east-1:123456789012:stateMachine:restore-training';

/** A change, and the lookup that tells what became of it. */
export interface Change {
  readonly operation: string;
  readonly lookup: Pick<Fault, 'service' | 'operation'>;
  readonly request: (ports: ActionPorts, key: AttemptKey) => Promise<JsonObject>;
  readonly run: (request: JsonObject, ports: ActionPorts, token: Token) => Promise<unknown>;
  /** Set if the lookups of the request are the same before and after it is sent. */
  readonly looksBefore?: true;
}

const sagemaker = (operation: string) => ({ service: 'sagemaker', operation });
const s3 = (operation: string) => ({ service: 's3', operation });

export const launch: Change = {
  operation: 'CreateTrainingJob',
  lookup: sagemaker('DescribeTrainingJob'),
  request: async ({ training }, { id }) =>
    (await training.draftClone(job, { name: `srl-rlvr-gold-r1-${id}`, tags: {} })).request,
  run: async (request, { training }, token) =>
    training.launch({ ...request, TrainingJobName: `srl-rlvr-gold-r1-${token.id}` }, token),
};

export const changes: Readonly<Record<string, Change>> = {
  'a launch': launch,
  'stopping a job': {
    operation: 'StopTrainingJob',
    lookup: sagemaker('DescribeTrainingJob'),
    request: async () => ({ TrainingJobName: running }),
    run: async (_, { training }, token) => training.stop(running, token),
    looksBefore: true,
  },
  'a promotion': {
    operation: 'UpdateEndpoint',
    lookup: sagemaker('DescribeEndpoint'),
    request: async ({ models }, { id }) => {
      const { variants } = await models.served(endpoint);
      const version = (variants[0]?.packageArn ?? '').replace(/\d+$/, '3');
      return (await models.draftPromotion(endpoint, version, id, [])).request;
    },
    run: async (request, { models }, token) => models.promote(request as PromotionRequest, token),
    looksBefore: true,
  },
  'rejecting a model version': {
    operation: 'UpdateModelPackage',
    lookup: sagemaker('DescribeModelPackage'),
    request: async ({ models }) => {
      const { variants } = await models.served(endpoint);
      return rejection(variants[0]?.packageArn ?? '', 'degraded', 'Approved');
    },
    run: async (request, { models }, token) => models.reject(request as RejectionRequest, token),
    looksBefore: true,
  },
  'an execution of a state machine': {
    operation: 'StartExecution',
    lookup: { service: 'states', operation: 'DescribeExecution' },
    request: async ({ stateMachines }, key) => {
      const revision = (await stateMachines.machine(machine))?.revision;
      return {
        stateMachineArn: machine,
        name: executionName(key),
        input: '{}',
        ...(revision !== undefined && { revision }),
      };
    },
    run: async (request, { stateMachines }, token) => stateMachines.start(request as ExecutionRequest, token),
    looksBefore: true,
  },
  'copying a checkpoint': {
    operation: 'CopyObject',
    lookup: s3('HeadObject'),
    request: async (_, { id }) => ({ CheckpointConfig: { S3Uri: `s3://srl-rlvr-training/copies/${id}/` } }),
    run: async (_, { checkpoints }, token) =>
      checkpoints.stage(checkpoint, `s3://srl-rlvr-training/copies/${token.id}/`, token),
  },
  'fixing training data': {
    operation: 'PutObject',
    lookup: s3('HeadObject'),
    request: async ({ dataFixes }, { id }) => {
      const target: S3Uri = `s3://srl-rlvr-training/fixed/${id}/`;
      const fix = { sources: [{ channel: 'train', uri: data }], schema: 'auto', changes: {} } as const;
      const wanted = { ...fix, approved: [], dropLimit: 0.05, target };
      return requestOf(wanted, await dataFixes.plan(wanted));
    },
    run: async (request, { dataFixes }, token) => dataFixes.run(request, token),
  },
};

export const checkpoint: S3Uri = 's3://srl-rlvr-training/checkpoints/to-copy/';
export const data: S3Uri = 's3://srl-rlvr-training/data/to-fix/';

/** A playbook whose only step is the change. */
export function playbookOf({ request, run }: Change, beforeSend: () => Promise<void>): Playbook {
  const change = defineAction({
    name: 'change-something',
    effect: 'change',
    title: 'Change something',
    does: 'Makes one change in AWS.',
    approver: 'responder',
    button: 'Change it',
    input: z.object({}),
    output: z.object({}),
    report: () => ({ headline: 'Changed it' }),
    preview: async (_, ports, key) => ({
      headline: 'Change it',
      // A read step has the reading half of the same ports.
      request: await request(ports as ActionPorts, key),
      differences: [],
      warnings: [],
    }),
    run: async (proposal, _, ports, token) => {
      await run(proposal.request, ports as ActionPorts, token.confirmedAfter(beforeSend));
      return {};
    },
  });
  return definePlaybook({
    title: 'Change',
    summary: 'For tests: makes one change.',
    handles: ['internal'],
    steps: (first) => first.action('changed', change, () => ({})),
    recovered: () => undefined,
  });
}
