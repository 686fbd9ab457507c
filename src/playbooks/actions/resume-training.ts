import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import { defineAction, S3Uri } from '../define.ts';
import { count, counted, sizeInWords } from '../in-words.ts';
import { refuseWhileRunning } from '../job-state.ts';
import { machinesInWords, requireWithinCaps } from '../launch/caps.ts';
import { earlierNames, launchName } from '../launch/launch-name.ts';
import { changesFor, explained, headlineFor, warningsFor } from '../launch/resume-proposal.ts';
import { alreadyStaged, planStaging, sizeOf, stage, stagingIn } from '../launch/staging.ts';
import type { JsonObject, LaunchRequest } from '../ports.ts';

const Input = z.object({
  job: z.string(),
  /** CheckpointConfig.S3Uri of the failed job. */
  uri: S3Uri,
  checkpoint: z.object({
    uri: S3Uri,
    step: z.number().int(),
    grade: z.enum(['valid', 'degraded']),
    ageMinutes: z.number(),
  }),
  rpoMinutes: z.number(),
});

const Resumed = z.object({
  job: z.string(),
  arn: z.string(),
  adopted: z.boolean(),
  /** CheckpointConfig.S3Uri of the new job. */
  checkpointUri: S3Uri,
  step: z.number().int(),
  staged: z.object({ files: z.number().int(), bytes: z.number() }).nullable(),
});
type Resumed = z.infer<typeof Resumed>;

export const resumeTraining = defineAction({
  name: 'resume-training',
  effect: 'change',
  title: 'Resume training',
  does: 'Launches a copy of the failed job that continues from the checkpoint chosen above.',
  approver: 'responder',
  button: 'Resume training',
  input: Input,
  output: Resumed,
  report: (resumed) => ({
    headline: `Launched ${resumed.job} from step ${count(resumed.step)}`,
    facts: factsOf(resumed),
    lines: resumed.adopted
      ? ['An earlier run of this try had launched it already; nothing was launched twice.']
      : [],
  }),
  preview: async (input, ports, mark) => {
    await ports.training.describe(input.job);
    await refuseWhileRunning(ports.training, [input.job, ...earlierNames(input.job, mark)]);
    const name = launchName(input.job, mark);
    const plan = await planStaging(input, name, ports);
    const draft = await ports.training.draftClone(input.job, changesFor(input, name, plan));
    requireWithinCaps(draft.request, ports.caps);
    const copy = plan && (await sizeOf(plan.from, ports.checkpoints));
    return {
      headline: headlineFor(name, machinesInWords(draft.request), input),
      request: draft.request,
      differences: explained(draft, input, copy),
      warnings: warningsFor(input, draft.lost),
    };
  },
  run: async ({ request }, input, { training, checkpoints }, token) => {
    const launch = launchIn(request);
    const plan = stagingIn(request, input);
    const standing = await training.find(launch.TrainingJobName);
    // Before the copy, which may take long, and again right before the launch.
    const refuse = (): Promise<void> =>
      refuseWhileRunning(training, [input.job, ...earlierNames(input.job, token)]);
    if (standing === undefined) await refuse();
    const staged =
      standing === undefined ? await stage(plan, input, checkpoints) : await alreadyStaged(plan, checkpoints);
    if (standing === undefined) await refuse();
    const { name, arn, adopted } = await training.launch(launch, token);
    return {
      job: name,
      arn,
      adopted,
      checkpointUri: plan?.root ?? input.uri,
      step: input.checkpoint.step,
      staged,
    };
  },
});

function launchIn(request: JsonObject): LaunchRequest {
  const { TrainingJobName: name } = request;
  if (typeof name !== 'string') throw new OpsError('approval-lapsed', 'the request names no training job');
  return { ...request, TrainingJobName: name };
}

function factsOf({ checkpointUri, staged }: Resumed): { label: string; value: string }[] {
  const copied = staged && `${counted(staged.files, 'file')}, ${sizeInWords(staged.bytes)}`;
  return [
    { label: 'Checkpoint folder', value: checkpointUri },
    ...(copied === null ? [] : [{ label: 'Copied', value: copied }]),
  ];
}
