import { z } from 'zod';
import { asFolder } from '../checkpoints/folders.ts';
import { count, counted, sizeInWords } from '../in-words.ts';
import { S3Uri } from '../ports/basics.ts';
import type { CheckpointBasis } from '../ports/basis.ts';
import type { AttemptKey, JsonObject, Ports, Token, TrainingJob, WritePorts } from '../ports/ports.ts';
import type { Proposal, Report } from '../ports/step-output.ts';
import { earlierNames, launchName } from '../training-job/copy-names.ts';
import { refuseWhileRunning } from '../training-job/job-state.ts';
import { draftOf } from './basis/draft-copy.ts';
import { machinesInWords } from './caps.ts';
import { checkedOrigin } from './choice/checked-choice.ts';
import { freezeCheckpoint, requireStillTrue } from './frozen-basis.ts';
import { launchIn, refuseBesideCopy, refuseRunningBeside, refuseSharedFolder } from './launch-checks.ts';
import { workLost } from './lost/training-lost.ts';
import { editsFor, planCopy } from './planned-copy.ts';
import { launchTerms, limitsNow } from './prices/launch-terms.ts';
import { batchWarning, explained, headlineFor, undoOf, warningsFor } from './relaunch-proposal.ts';
import { type Origin, type Relaunch, stepOf } from './relaunch-terms.ts';
import { alreadyStaged, stage, stagingIn } from './staging.ts';

/** A finished copy, as stored in the result. */
const Copied = z.object({
  files: z.number().int(),
  bytes: z.number(),
  compared: z
    .object({ checksum: z.number().int(), etag: z.number().int(), size: z.number().int() })
    .optional(),
});
type Copied = z.infer<typeof Copied>;

/** The `output` of a relaunch. `step` is the training step it continues from, 0 if it starts over. */
export const Relaunched = z.object({
  job: z.string(),
  arn: z.string(),
  adopted: z.boolean(),
  /** CheckpointConfig.S3Uri of the new job; absent if it saves no checkpoints. */
  checkpointUri: S3Uri.optional(),
  step: z.number().int(),
  staged: Copied.nullable(),
});
export type Relaunched = z.infer<typeof Relaunched>;

/**
 * The `preview` of a relaunch: the request, frozen for approval. The same facts produce the same request.
 *
 * @example preview: async (input, ports, attemptKey) => proposeRelaunch(relaunchOf(input), ports, attemptKey)
 */
export async function proposeRelaunch(
  wanted: Relaunch,
  ports: Ports,
  attemptKey: AttemptKey,
): Promise<Proposal> {
  const { job, warnings = [] } = wanted;
  const failed = await ports.training.describe(job);
  const origin = await checkedOrigin(wanted.origin, failed, ports);
  const relaunch = { ...wanted, origin };
  const mustHaveEnded = [...(relaunch.stopsFirst === true ? [] : [job]), ...earlierNames(job, attemptKey)];
  await refuseWhileRunning(ports.training, mustHaveEnded);
  const running = await refuseBesideCopy(failed, ports);
  const name = launchName(job, attemptKey);
  const { plan, saved, copy } = await planCopy(relaunch, failed, name, ports);
  const checkpoint = await frozenOrigin(relaunch, ports);
  const checkpointUri = plan?.root ?? freshRoot(origin, failed, name, ports);
  const named = { name, ...(checkpointUri !== undefined && { checkpointUri }) };
  const { draft, ...image } = await draftOf(relaunch, failed, named, ports);
  await refuseSharedFolder(draft.request, job, running, ports);
  const lost = workLost(relaunch, failed, draft.source);
  return {
    headline: headlineFor(name, machinesInWords(draft.request), origin),
    request: draft.request,
    source: job,
    differences: explained(
      draft,
      { ...relaunch, reasons: { ...image.reasons, ...relaunch.reasons } },
      copy,
      attemptKey,
    ),
    warnings: [...warnings, ...batchWarning(saved), ...warningsFor(relaunch, draft.lost), ...image.warnings],
    terms: launchTerms(draft.request, ports, await ports.capUse(), undoOf(relaunch, plan !== undefined)),
    ...(lost !== undefined && { lost }),
    reliesOn: [...checkpoint, ...(relaunch.reliesOn ?? []), ...image.basis, limitsNow(draft.request, ports)],
  };
}

/**
 * The `run` of a relaunch: launches what was approved, at most once. Adopts the job of an earlier run of this attempt.
 *
 * @example run: async (proposal, input, ports, token) => carryOutRelaunch(proposal, relaunchOf(input), ports, token)
 */
export async function carryOutRelaunch(
  { request, reliesOn = [] }: Pick<Proposal, 'request' | 'reliesOn'>,
  relaunch: Relaunch,
  ports: WritePorts,
  token: Token,
): Promise<Relaunched> {
  const { job, origin } = relaunch;
  const { training, checkpoints } = ports;
  const launch = launchIn(request);
  const from = origin.from === 'checkpoint' ? origin : undefined;
  const frozen = reliesOn.find((basis) => basis.kind === 'checkpoint');
  const plan = from && stagingIn(request, from);
  const standing = await training.find(launch.TrainingJobName);
  // Checked before the copy, which may take long, and again right before the launch.
  const refuse = (): Promise<void> => refuseWhileRunning(training, [job, ...earlierNames(job, token)]);
  if (standing === undefined) {
    await refuse();
    await refuseRunningBeside(request, await training.describe(job), ports);
  }
  const staged =
    standing === undefined && from !== undefined
      ? await stage(
          plan,
          { ...from, frozen, edits: await editsFor(relaunch, plan, ports, frozen) },
          checkpoints,
          token,
        )
      : await alreadyStaged(plan, checkpoints);
  if (standing === undefined) await refuse();
  // A copy was compared with the approved files while it was made; a checkpoint used in place may still have changed.
  const relied = reliesOn.filter((basis) => basis !== frozen || plan === undefined);
  const checked = token.confirmedAfter(async () => {
    await refuseRunningBeside(request, await training.describe(job), ports);
    await requireStillTrue({ request, reliesOn: relied }, ports);
  });
  const { name, arn, adopted } = await training.launch(launch, checked);
  return { job: name, arn, adopted, ...configuredRoot(request), step: stepOf(origin), staged };
}

/** Freezes the checkpoint to resume from; empty for a start from scratch. */
async function frozenOrigin({ origin }: Relaunch, { checkpoints }: Ports): Promise<CheckpointBasis[]> {
  return origin.from === 'checkpoint' ? [await freezeCheckpoint(origin.checkpoint, checkpoints)] : [];
}

/** The report of a finished relaunch. */
export function relaunchReport({ job, step, adopted, checkpointUri, staged }: Relaunched): Report {
  return {
    headline: `Launched ${job} ${step === 0 ? 'from the beginning' : `from step ${count(step)}`}`,
    facts: [
      ...(checkpointUri === undefined ? [] : [{ label: 'Checkpoint folder', value: checkpointUri }]),
      ...(staged === null ? [] : [{ label: 'Copied', value: copiedInWords(staged) }]),
    ],
    lines: adopted ? ['It had already been launched for this step; nothing was launched twice.'] : [],
  };
}

/** A job that starts from scratch needs a fresh folder: in the old one the trainer would resume from the old checkpoints. */
function freshRoot(
  origin: Origin,
  { checkpointUri }: TrainingJob,
  name: string,
  { recoveryPrefix }: Ports,
): `s3://${string}` | undefined {
  if (origin.from === 'checkpoint' || checkpointUri === undefined) return undefined;
  return `${asFolder(recoveryPrefix)}${name}/`;
}

const Configured = z.object({ CheckpointConfig: z.object({ S3Uri }) });

function configuredRoot(request: JsonObject): Pick<Relaunched, 'checkpointUri'> {
  const configured = Configured.safeParse(request).data;
  return configured === undefined ? {} : { checkpointUri: asFolder(configured.CheckpointConfig.S3Uri) };
}

/** E.g. `10 files, 662 KiB; compared by checksum 8, by etag 2`. */
function copiedInWords({ files, bytes, compared }: Copied): string {
  const copy = `${counted(files, 'file')}, ${sizeInWords(bytes)}`;
  if (compared === undefined) return copy;
  const ways = [
    ['checksum', compared.checksum],
    ['etag', compared.etag],
    ['size alone', compared.size],
  ] as const;
  const by = ways.flatMap(([way, times]) => (times === 0 ? [] : [`by ${way} ${count(times)}`]));
  return by.length === 0 ? copy : `${copy}; compared ${by.join(', ')}`;
}
