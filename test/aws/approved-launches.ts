import { CreateTrainingJobCommand, type CreateTrainingJobCommandInput } from '@aws-sdk/client-sagemaker';
import type { Fault } from '../../sandbox/aws/faults.ts';
import type { LaunchRequest, Token, TrainingChanges } from '../../src/ports/ports.ts';
import { issueToken } from '../../src/ports/token.ts';
import { permission } from '../support/a-token.ts';
import type { RegionUnderTest } from './a-region.ts';

const source = 'srl-rlvr-gold-20251104';

export interface ApprovedLaunches {
  /** A new request with the token of the attempt that it was approved for. */
  readonly approved: (confirm?: Token['confirm']) => Promise<readonly [LaunchRequest, Token]>;
  /** How many jobs with this name were created. */
  readonly launchesOf: (request: LaunchRequest) => Promise<number>;
  /** Creates the job outside Relight, as another user would. */
  readonly createAs: (request: LaunchRequest, changes: object) => Promise<void>;
  readonly disturbCreate: (kind: Fault['kind']) => Promise<void>;
}

export function approvedLaunches(region: RegionUnderTest, training: TrainingChanges): ApprovedLaunches {
  let number = 0;
  return {
    approved: async (confirm = async () => undefined) => {
      number += 1;
      const id = number.toString(16).padStart(16, '0');
      const changes = { name: `srl-rlvr-gold-r1-${id}`, tags: { 'relight:try': id } };
      const { request } = await training.draftClone(source, changes);
      const attemptKey = { incident: 'rl-1', step: 'resume', attempt: 1, id, earlier: [] };
      const token = issueToken(attemptKey, {
        hash: 'f'.repeat(64),
        approvers: ['U1', 'U<2>'],
        request,
        ...permission(confirm),
      });
      return [request, token];
    },
    launchesOf: async ({ TrainingJobName: name }) => {
      const calls = await region.committed('CreateTrainingJob');
      return calls.filter(({ request }) => request['TrainingJobName'] === name).length;
    },
    createAs: async (request, changes) => {
      // A request that was drafted from a described job has the shape of this input.
      const input = { ...request, ...changes } as unknown as CreateTrainingJobCommandInput;
      await region.clients.sagemaker.creates.send(new CreateTrainingJobCommand(input));
    },
    disturbCreate: (kind) =>
      region.disturb({ service: 'sagemaker', operation: 'CreateTrainingJob', kind, count: 1 }),
  };
}
