import { highestCheckpoint } from '../../checkpoints/finding/list-checkpoints.ts';
import { count, minutes } from '../../in-words.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { hasEnded, inStateSince, stateInWords } from '../../training-job/job-state.ts';
import { lookAgainMs, startingNote } from '../../training-job/looking.ts';
import { stepsInLog } from '../../training-job/steps-in-log.ts';
import { Again, defineAction, OpsError, type ReadPorts, z } from '../define.ts';

/** Slow steps and quiet scripts log rarely: after this time in `Training`, the status is accepted as evidence. */
const statusOnlyMs = 15 * 60_000;
/** Trainers log that they load a checkpoint before they do: after this time, the load has succeeded. */
const loadedMs = 3 * 60_000;

const Confirmed = z.object({
  job: z.string(),
  status: z.string(),
  proof: z.enum(['step', 'checkpoint', 'resume line', 'status only']),
  evidence: z.string(),
  step: z.number().int().optional(),
});
type Confirmed = z.infer<typeof Confirmed>;
type Proof = Pick<Confirmed, 'proof' | 'evidence' | 'step'>;

export const confirmTraining = defineAction({
  name: 'confirm-training',
  effect: 'read',
  title: 'Training confirmation',
  does: 'Watches the new job until its log or its checkpoints show a step beyond the one it resumed from.',
  input: z.object({ job: z.string(), step: z.number().int() }),
  output: Confirmed,
  report: (confirmed) => ({
    headline: headlineOf(confirmed),
    facts: [
      { label: 'Job', value: `${confirmed.job}: ${confirmed.status}` },
      { label: 'Evidence', value: confirmed.evidence },
    ],
  }),
  run: async ({ job: name, step }, ports) => {
    const job = await ports.training.describe(name);
    refuseEnded(job);
    const now = ports.clock.now();
    if (!hasTrained(job)) return new Again(lookAgainMs(now - job.createdAt), startingNote(job, now));
    const proof = await proofOf(job, step, ports, now);
    if (proof !== undefined) return { job: name, status: stateInWords(job), ...proof };
    const waited = minutes((now - inStateSince(job)) / 60_000);
    return new Again(
      lookAgainMs(now - job.createdAt),
      `Training for ${waited}: no step beyond ${count(step)} yet`,
    );
  },
});

function refuseEnded(job: TrainingJob): void {
  if (job.status !== 'Failed' && job.status !== 'Stopped') return;
  const why = job.failureReason ?? 'SageMaker gave no reason';
  throw new OpsError('job-failed-again', `${job.name} is ${stateInWords(job)}: ${why}`);
}

function hasTrained({ status, secondaryStatus }: TrainingJob): boolean {
  return status === 'Completed' || secondaryStatus === 'Training' || secondaryStatus === 'Uploading';
}

/** Returns undefined while there is no proof yet. Throws `not-resumed` if the run starts over. */
async function proofOf(
  job: TrainingJob,
  step: number,
  ports: ReadPorts,
  now: number,
): Promise<Proof | undefined> {
  const seen = stepsInLog(await ports.logs.tail(job.name, 200), step);
  if (seen.beyond !== undefined)
    return { proof: 'step', evidence: `its log is at step ${count(seen.beyond)}`, step: seen.beyond };
  const newer = await checkpointBeyond(job, step, ports);
  if (newer !== undefined)
    return { proof: 'checkpoint', evidence: `it saved checkpoint-${newer}`, step: newer };
  if (seen.startedOver !== undefined)
    throw new OpsError(
      'not-resumed',
      `${job.name} is at step ${count(seen.startedOver)}, but the checkpoint is from step ${count(step)}`,
    );
  return withoutStep(job, seen.loads, now - inStateSince(job));
}

/** Without a step in the log, the time in `Training` decides. */
function withoutStep(job: TrainingJob, loads: boolean, trainedMs: number): Proof | undefined {
  if (loads && (hasEnded(job) || trainedMs >= loadedMs))
    return { proof: 'resume line', evidence: 'its log says that it resumed from the checkpoint' };
  // A job can be Completed although its script died: https://github.com/aws/sagemaker-training-toolkit/issues/204
  if (hasEnded(job))
    throw new OpsError(
      'job-failed-again',
      `${job.name} is Completed, but shows no step beyond the checkpoint`,
    );
  if (trainedMs < statusOnlyMs) return undefined;
  return {
    proof: 'status only',
    evidence: 'SageMaker reports Training, but neither the log nor the checkpoints show a step',
  };
}

async function checkpointBeyond(
  job: TrainingJob,
  step: number,
  { checkpoints }: ReadPorts,
): Promise<number | undefined> {
  if (job.checkpointUri === undefined) return undefined;
  const highest = await highestCheckpoint(checkpoints, job.checkpointUri);
  return highest !== undefined && highest.step > step ? highest.step : undefined;
}

function headlineOf({ job, proof, evidence, step }: Confirmed): string {
  if (proof === 'status only')
    return `${job} appears to be training, but nothing shows from which step: check its log`;
  return step === undefined
    ? `${job} is training: ${evidence}`
    : `${job} is training and has finished step ${count(step)}`;
}
