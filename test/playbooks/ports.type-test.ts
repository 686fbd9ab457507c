import { z } from 'zod';
import type { Diagnosis } from '../../src/diagnosis/diagnose-job.ts';
import { blockCheckpoint } from '../../src/playbooks/actions/block-checkpoint.ts';
import type { ChangePorts } from '../../src/playbooks/define/action-ports.ts';
import { defineAction, type Start, whenStrategy } from '../../src/playbooks/define.ts';
import type { AttemptKey, LaunchRequest, Token } from '../../src/ports/ports.ts';

/** Writes without permission. They must not compile, and they never run: `tsc` reports any that starts to compile. */

const words = { name: 'a-thing', title: 'A thing', does: 'Does it.', report: () => ({ headline: '' }) };
const shapes = { input: z.object({ job: z.string() }), output: z.object({}) };
const rights = { approver: 'responder', button: 'Do it' } as const;
const proposal = { headline: '', request: {}, differences: [], warnings: [] };
declare const token: Token;
declare const request: LaunchRequest;
declare const ports: ChangePorts;
declare const attemptKey: AttemptKey;

// 1. A read action that stops a job, launches one, copies a checkpoint, updates an endpoint, or writes fixed data.
defineAction({
  ...words,
  ...shapes,
  effect: 'read',
  run: async ({ job }, { training, checkpoints, models, stateMachines, dataFixes, blocklist }) => {
    // @ts-expect-error
    await training.stop(job, token);
    // @ts-expect-error
    await training.launch(request, token);
    // @ts-expect-error
    await checkpoints.stage('s3://a/b/', 's3://a/c/', token);
    // @ts-expect-error
    await models.reject(job, '', token);
    // @ts-expect-error
    await stateMachines.stop({ executionArn: job, cause: '' }, token);
    // @ts-expect-error
    await dataFixes.run({}, token);
    // @ts-expect-error
    await blocklist.block({}, token);
    return {};
  },
});

// 2. A checkpoint that is blocked without an approval: no action runs by itself that could, and no preview can.
defineAction({
  ...words,
  ...shapes,
  ...rights,
  effect: 'change',
  preview: async (_input, { blocklist }) => {
    // @ts-expect-error
    await blocklist.block({}, token);
    return proposal;
  },
  run: async (_proposal, _input, { blocklist }) => {
    // @ts-expect-error
    await blocklist.block({});
    return {};
  },
});
// A block on a mere suspicion.
declare const suspected: Parameters<typeof blockCheckpoint.preview>[0] & { readonly confidence: 'medium' };
void blockCheckpoint.preview(suspected, ports, attemptKey);
declare const unsure: Omit<typeof suspected, 'confidence'> & { readonly confidence: 'low' };
// @ts-expect-error
void blockCheckpoint.preview(unsure, ports, attemptKey);

// A recovery that follows from a mere suspicion, with no person who chose it.
const suspicion = { kind: 'oom_gpu', confidence: 'low', evidence: [], why: '' } as const;
// @ts-expect-error
void ({ ...suspicion, strategy: 'retry_with_reduced_batch' } satisfies Diagnosis);
void ({ ...suspicion, strategy: 'none' } satisfies Diagnosis);
declare const incident: Start['incident'];
const whenResuming = whenStrategy('resume_from_checkpoint');
const unfounded = { confidence: 'low', strategy: 'resume_from_checkpoint', why: '' } as const;
// @ts-expect-error
void whenResuming({ incident, diagnosis: unfounded });
void whenResuming({ incident, diagnosis: { ...unfounded, chosenBy: 'person' } });
void whenResuming({ incident, diagnosis: { ...unfounded, confidence: 'medium' } });

// 3. A preview that already makes the change.
defineAction({
  ...words,
  ...shapes,
  ...rights,
  effect: 'change',
  preview: async (_input, { training }) => {
    // @ts-expect-error
    await training.launch(request, token);
    return proposal;
  },
  run: async () => ({}),
});

// 4. A launch without a token.
// @ts-expect-error
void ports.training.launch(request);

// 5. A launch with a token that was assembled by hand.
// @ts-expect-error
void ports.training.launch(request, {
  ...attemptKey,
  hash: '',
  approvers: [],
  confirm: async () => undefined,
});

// 6. A launch with a token that was altered to fit another request.
const copied = Object.assign(attemptKey, { hash: token.hash, approvers: token.approvers });
// @ts-expect-error
void ports.training.launch(request, copied);
// @ts-expect-error
token.hash = '';
