import { BlockRequest } from '../../checkpoints/blocking/block-request.ts';
import { codeOf, fingerprintOf } from '../../checkpoints/blocking/training-code.ts';
import { nameOf } from '../../checkpoints/folders.ts';
import { quote } from '../../in-words.ts';
import { defineAction, OpsError, S3Uri, z } from '../define.ts';

const Blocked = z.object({ blocked: z.array(S3Uri), why: z.string() });

const undo = 'undo it with /relight checkpoints';

export const blockCheckpoint = defineAction({
  name: 'block-checkpoint',
  effect: 'change',
  title: 'Block the checkpoint',
  does: 'Puts the checkpoint that broke the job on the blocklist, so that no recovery offers it until the image or the script of the job changes. Nothing changes in S3.',
  approver: 'responder',
  policyClass: 'reversible',
  button: 'Block it',
  input: z.object({
    job: z.string(),
    checkpoints: z.array(S3Uri).min(1),
    why: z.string(),
    /** A block outlives the incident, so a suspicion is not enough. */
    confidence: z.enum(['medium', 'high']),
  }),
  output: Blocked,
  report: ({ blocked, why }) => ({
    headline: `${nameOf(blocked[0] ?? 's3://')} is on the blocklist`,
    facts: [{ label: 'Why', value: quote(why, 300) }],
    lines: [...blocked, `It is offered again once the image or the script of the job changes; ${undo}.`],
  }),
  preview: async ({ job: name, checkpoints, why }, ports) => {
    const code = await codeOf(await ports.training.describe(name), ports);
    const { image, source } = code;
    const request = {
      Block: checkpoints,
      Reason: `${name} failed while loading it: ${quote(why, 200)}`,
      UntilChanged: { ...(image && { Image: image }), ...(source && { Source: source }) },
      CodeFingerprint: fingerprintOf(code),
    } satisfies BlockRequest;
    return {
      headline: `Block ${checkpoints.map(nameOf).join(', ')} in all incidents`,
      request,
      differences: checkpoints.map((uri) => ({
        field: nameOf(uri),
        before: 'offered if it grades well',
        after: 'on the blocklist',
        why: quote(why, 200),
      })),
      warnings: [
        `The block ends when the training image or the script in sagemaker_submit_directory changes; ${undo}`,
      ],
      terms: { undo: 'Can be undone at any time with /relight checkpoints. Nothing changes in S3.' },
    };
  },
  run: async ({ request }, { checkpoints, why }, { blocklist }, token) => {
    const approved = BlockRequest.safeParse(request).data?.Block;
    if (approved?.join() !== checkpoints.join())
      throw new OpsError('approval-lapsed', 'the request names other checkpoints');
    await blocklist.block(request, token);
    return { blocked: checkpoints, why };
  },
});
