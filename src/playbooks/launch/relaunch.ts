import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import { asFolder } from '../checkpoints/folders.ts';
import { count } from '../in-words.ts';
import { refuseWhileRunning } from '../job-state.ts';
import type { Proposal, Report } from '../outcome.ts';
import type { Edit, JsonObject, LaunchRequest, Mark, Ports, Token, TrainingJob } from '../ports.ts';
import { S3Uri } from '../s3-address.ts';
import { machinesInWords, requireWithinCaps } from './caps.ts';
import { Copied, copiedInWords } from './copied.ts';
import { earlierNames, launchName } from './launch-name.ts';
import { type Origin, stepOf } from './origin.ts';
import { refuseBesideCopy } from './refuse-beside-copy.ts';
import {
  type ExplainedCopy,
  explained,
  headlineFor,
  tagsFor,
  warningsFor,
  whyCopied,
} from './relaunch-proposal.ts';
import type { Relaunch } from './relaunch-terms.ts';
import { type SavedBatch, savedBatchIn } from './saved-batch.ts';
import { alreadyStaged, planStaging, type Staging, sizeOfSource, stage, stagingIn } from './staging.ts';

export const Relaunched = z.object({
  job: z.string(),
  arn: z.string(),
  adopted: z.boolean(),
  /** CheckpointConfig.S3Uri of the new job; absent where the job keeps no checkpoints. */
  checkpointUri: S3Uri.optional(),
  step: z.number().int(),
  staged: Copied.nullable(),
});
export type Relaunched = z.infer<typeof Relaunched>;

/** The request, frozen for approval. The same whenever the facts are the same. */
export async function proposeRelaunch(relaunch: Relaunch, ports: Ports, mark: Mark): Promise<Proposal> {
  const { job, origin, changes = {}, warnings = [] } = relaunch;
  const failed = await ports.training.describe(job);
  const mustHaveEnded = [...(relaunch.stopsFirst === true ? [] : [job]), ...earlierNames(job, mark)];
  await refuseWhileRunning(ports.training, mustHaveEnded);
  await refuseBesideCopy(failed, ports);
  const name = launchName(job, mark);
  const { plan, saved, copy } = await planCopy(relaunch, failed, name, ports);
  const checkpointUri = plan?.root ?? freshRoot(origin, failed, name, ports);
  const draft = await ports.training.draftClone(job, {
    ...changes,
    name,
    tags: tagsFor(relaunch),
    ...(checkpointUri !== undefined && { checkpointUri }),
  });
  requireWithinCaps(draft.request, ports.caps);
  return {
    headline: headlineFor(name, machinesInWords(draft.request), origin),
    request: draft.request,
    source: job,
    differences: explained(draft, relaunch, copy),
    warnings: [...warnings, ...batchWarning(saved), ...warningsFor(relaunch, draft.lost)],
  };
}

interface PlannedCopy {
  readonly plan?: Staging;
  readonly saved?: SavedBatch;
  readonly copy?: ExplainedCopy;
}

/** What is copied before the launch, and why; nothing where the checkpoint is used where it stands. */
async function planCopy(
  relaunch: Relaunch,
  failed: TrainingJob,
  name: string,
  ports: Ports,
): Promise<PlannedCopy> {
  const { origin } = relaunch;
  if (origin.from !== 'checkpoint') return {};
  const saved = await savedBatchOf(relaunch, ports);
  const alone = relaunch.stopsFirst === true || isElsewhere(origin, failed);
  const plan = await planStaging({ ...origin, ...editing(saved), alone }, name, ports);
  if (plan === undefined) return {};
  const whole = alone ? whyCopied.otherJob : whyCopied.struckOut;
  const why = saved === undefined ? whole : whyCopied.oldBatch;
  const copy = { ...(await sizeOfSource(plan, ports.checkpoints)), why };
  return { plan, copy, ...(saved !== undefined && { saved }) };
}

/** Launches what was approved, at most once; an earlier run of the same try is found and taken over. */
export async function carryOutRelaunch(
  request: JsonObject,
  relaunch: Relaunch,
  ports: Ports,
  token: Token,
): Promise<Relaunched> {
  const { job, origin } = relaunch;
  const { training, checkpoints } = ports;
  const launch = launchIn(request);
  const from = origin.from === 'checkpoint' ? origin : undefined;
  const plan = from && stagingIn(request, from);
  const standing = await training.find(launch.TrainingJobName);
  // Before the copy, which may take long, and again right before the launch.
  const refuse = (): Promise<void> => refuseWhileRunning(training, [job, ...earlierNames(job, token)]);
  if (standing === undefined) {
    await refuse();
    await refuseBesideCopy(await training.describe(job), ports);
  }
  const staged =
    standing === undefined && from !== undefined
      ? await stage(plan, { ...from, ...editing(await savedBatchOf(relaunch, ports)) }, checkpoints)
      : await alreadyStaged(plan, checkpoints);
  if (standing === undefined) await refuse();
  const { name, arn, adopted } = await training.launch(launch, token);
  const checkpointUri = configuredRoot(request);
  return {
    job: name,
    arn,
    adopted,
    ...(checkpointUri !== undefined && { checkpointUri }),
    step: stepOf(origin),
    staged,
  };
}

/** What people read once it is done. */
export function relaunchReport({ job, step, adopted, checkpointUri, staged }: Relaunched): Report {
  return {
    headline: `Launched ${job} ${step === 0 ? 'from the beginning' : `from step ${count(step)}`}`,
    facts: [
      ...(checkpointUri === undefined ? [] : [{ label: 'Checkpoint folder', value: checkpointUri }]),
      ...(staged === null ? [] : [{ label: 'Copied', value: copiedInWords(staged) }]),
    ],
    lines: adopted ? ['An earlier run of this try had launched it already; nothing was launched twice.'] : [],
  };
}

/** The folder of an earlier job: the trainer would not look there, and nobody but that job should write there. */
function isElsewhere(origin: Origin, { checkpointUri }: TrainingJob): boolean {
  if (origin.from !== 'checkpoint' || checkpointUri === undefined) return false;
  return asFolder(origin.uri) !== asFolder(checkpointUri);
}

async function savedBatchOf({ origin, newBatch }: Relaunch, ports: Ports): Promise<SavedBatch | undefined> {
  if (origin.from !== 'checkpoint' || newBatch !== true) return undefined;
  return savedBatchIn(origin.checkpoint.uri, ports.checkpoints);
}

function editing(saved: SavedBatch | undefined): { readonly edits?: readonly Edit[] } {
  return saved === undefined ? {} : { edits: [saved.edit] };
}

function batchWarning(saved: SavedBatch | undefined): string[] {
  if (saved === undefined) return [];
  return [
    `The checkpoint remembers a batch of ${saved.size}, which the Trainer would take again: in the copy trainer_state.json is written without it`,
  ];
}

/** A job that begins anew must not find the old checkpoints, or the trainer goes on from them. */
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

function configuredRoot(request: JsonObject): `s3://${string}` | undefined {
  const configured = Configured.safeParse(request).data;
  return configured && asFolder(configured.CheckpointConfig.S3Uri);
}

function launchIn(request: JsonObject): LaunchRequest {
  const { TrainingJobName: name } = request;
  if (typeof name !== 'string') throw new OpsError('approval-lapsed', 'the request names no training job');
  return { ...request, TrainingJobName: name };
}
