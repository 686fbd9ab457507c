import { asFolder, nameOf } from '../../checkpoints/folders.ts';
import { passedOverInWords } from '../../checkpoints/grading/choose-checkpoint.ts';
import {
  CompleteCheckpoint,
  type NewestComplete,
  newestComplete,
} from '../../checkpoints/grading/newest-complete.ts';
import { minutes, quote, time } from '../../in-words.ts';
import { largest } from '../../ports/collections.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { hasEnded, inStateSince, stateInWords, trains } from '../../training-job/job-state.ts';
import { defineAction, type ReadPorts, type Report, S3Uri, z } from '../define.ts';

const minute = 60_000;

const Checked = z.object({
  state: z.string(),
  ended: z.boolean(),
  /** CheckpointConfig.S3Uri; absent if the job writes no checkpoints. */
  uri: S3Uri.optional(),
  newest: CompleteCheckpoint.optional(),
  /** Newer checkpoints that are incomplete, in words. */
  incomplete: z.array(z.string()),
  /** Time between the two newest complete checkpoints. */
  everyMinutes: z.number().optional(),
  /** `save_steps` of the job's hyperparameters. */
  saveSteps: z.string().optional(),
  /** Training time that is lost if the job fails now; absent unless it is training. */
  atRiskMinutes: z.number().optional(),
  rpoMinutes: z.number(),
});
type Checked = z.infer<typeof Checked>;

export const checkCheckpointing = defineAction({
  name: 'check-checkpointing',
  effect: 'read',
  title: 'Checkpoint status',
  does: 'Finds the newest complete checkpoint of the running job and reports how much training would be lost if it failed now.',
  input: z.object({ job: z.string(), rpoMinutes: z.number() }),
  output: Checked,
  report,
  run: async ({ job: name, rpoMinutes }, ports) => {
    const job = await ports.training.describe(name);
    const now = ports.clock.now();
    const found = await newestComplete(job, { checkpoints: ports.checkpoints, now });
    const every = await intervalOf(found, ports);
    const { checkpointUri: uri, hyperParameters } = job;
    const { save_steps: saveSteps } = hyperParameters;
    const atRiskMinutes = atRisk(job, found.complete, now);
    return {
      state: stateInWords(job),
      ended: hasEnded(job),
      incomplete: found.incomplete.map(passedOverInWords),
      rpoMinutes,
      ...(uri !== undefined && { uri: asFolder(uri) }),
      ...(found.complete !== undefined && { newest: found.complete }),
      ...(every !== undefined && { everyMinutes: every }),
      ...(saveSteps !== undefined && { saveSteps }),
      ...(atRiskMinutes !== undefined && { atRiskMinutes }),
    };
  },
});

/** Training from before the present `Training` period is either in a checkpoint or already lost. */
function atRisk(job: TrainingJob, newest: CompleteCheckpoint | undefined, now: number): number | undefined {
  if (!trains(job)) return undefined;
  return Math.max(0, (now - Math.max(inStateSince(job), newest?.committedAt ?? 0)) / minute);
}

async function intervalOf(
  { folders, complete }: NewestComplete,
  { checkpoints }: ReadPorts,
): Promise<number | undefined> {
  const before = folders[folders.findIndex(({ uri }) => uri === complete?.uri) + 1];
  if (complete === undefined || before === undefined) return undefined;
  const files = await checkpoints.files(before.uri);
  const written = largest(files.map(({ modifiedAt }) => modifiedAt));
  return complete.committedAt > written ? (complete.committedAt - written) / minute : undefined;
}

function report(checked: Checked): Report {
  const { state, uri, newest, incomplete, everyMinutes, saveSteps, atRiskMinutes, rpoMinutes } = checked;
  const fact = (label: string, value: string | undefined): { label: string; value: string }[] =>
    value === undefined ? [] : [{ label, value }];
  return {
    headline: headlineOf(checked),
    facts: [
      { label: 'Job', value: state },
      ...fact('Lost if it fails now', atRiskMinutes === undefined ? undefined : minutes(atRiskMinutes)),
      { label: 'RPO', value: minutes(rpoMinutes) },
      ...fact('Newest complete checkpoint', newest && `${nameOf(newest.uri)}, ${time(newest.committedAt)}`),
      ...fact('Save interval', everyMinutes === undefined ? undefined : minutes(everyMinutes)),
      ...fact('save_steps', saveSteps === undefined ? undefined : quote(saveSteps, 60)),
      { label: 'Folder', value: uri ?? 'none: the job has no CheckpointConfig' },
    ],
    lines: [...incomplete, ...adviceOn(checked)],
  };
}

function headlineOf({ ended, state, uri, newest, atRiskMinutes, rpoMinutes }: Checked): string {
  if (ended) return `The job has ended: ${state}`;
  if (atRiskMinutes === undefined) return `The job is not training: ${state}`;
  const lost = minutes(atRiskMinutes);
  if (uri === undefined)
    return `The job writes no checkpoints: ${lost} of training will be lost if it fails now`;
  if (atRiskMinutes > rpoMinutes)
    return `No complete checkpoint for ${lost}: that much training will be lost if it fails now`;
  const age = `${lost} of training at risk, within the RPO`;
  return newest === undefined ? `No checkpoint yet: ${age}` : `${nameOf(newest.uri)} is complete: ${age}`;
}

function adviceOn({ ended, uri, newest, everyMinutes = 0, rpoMinutes }: Checked): string[] {
  if (ended) return [];
  if (uri === undefined)
    return ['CheckpointConfig cannot be added to a running job: set it on the next one.'];
  if (newest === undefined)
    return [
      'SageMaker only uploads what the script writes to the LocalPath of CheckpointConfig (default: /opt/ml/checkpoints).',
    ];
  if (everyMinutes > rpoMinutes) return ['The save interval is longer than the RPO.'];
  return [
    'Earlier checkpoints were frequent enough: check the log below for a full disk, a denied upload or a hung step.',
  ];
}
