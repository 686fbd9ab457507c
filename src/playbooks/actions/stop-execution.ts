import { executionNameIn } from '../../ports/state-machines/execution-names.ts';
import { isRunning, type StopRequest, stopExecutionCall } from '../../ports/state-machines/state-machines.ts';
import { Again, defineAction, OpsError, z } from '../define.ts';

const words = {
  title: 'Stop the execution',
  does: 'Stops the execution that the canceled change started, and waits until it has ended.',
  button: 'Stop the execution',
} as const;

/** Stops an execution that a canceled change had started. It is no step of a playbook: people ask for it after a cancellation. */
export const stopExecution = defineAction({
  name: 'stop-execution',
  effect: 'change',
  ...words,
  approver: 'responder',
  policyClass: 'reversible',
  /** `job` is the ARN of the execution: a step that stops something has one field for it. */
  input: z.object({ job: z.string() }),
  output: z.object({ job: z.string(), status: z.string() }),
  report: ({ job, status }) => ({ headline: `${executionNameIn(job) ?? job} has ended (${status})` }),
  preview: async ({ job }, { stateMachines }, { incident }) => {
    const found = await stateMachines.find(job);
    return {
      headline: `Stop ${executionNameIn(job) ?? job}, which is ${found?.status ?? 'not visible in AWS'}`,
      request: { executionArn: job, cause: `Canceled by people in the Relight incident ${incident}` },
      differences: [],
      warnings: ['What the execution has done so far stays, and what it started may continue without it'],
      words,
    };
  },
  sends: ({ request }) => {
    const asked = stopRequestIn(request);
    return asked === undefined ? [] : [stopExecutionCall(asked)];
  },
  run: async ({ request }, { job }, { stateMachines }, token) => {
    const asked = stopRequestIn(request);
    if (asked?.executionArn !== job)
      throw new OpsError('approval-lapsed', 'the request names another execution');
    const found = await stateMachines.find(job);
    if (found !== undefined && !isRunning(found)) return { job, status: found.status };
    await stateMachines.stop(asked, token);
    return new Again(3_000, `${job} is being stopped: waiting until it has ended`);
  },
});

function stopRequestIn({ executionArn, cause }: Readonly<Record<string, unknown>>): StopRequest | undefined {
  return typeof executionArn === 'string' && typeof cause === 'string' ? { executionArn, cause } : undefined;
}
