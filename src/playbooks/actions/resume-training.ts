import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import { machinesInWords, requireWithinCaps } from '../caps.ts';
import { Grade } from '../checkpoints/finding.ts';
import { nameOf } from '../checkpoints/folders.ts';
import { defineAction, S3Uri } from '../define.ts';
import { difference } from '../difference.ts';
import { count, counted, minutes, sizeInWords } from '../in-words.ts';
import { refuseWhileRunning } from '../job-state.ts';
import { earlierNames, launchName } from '../launch-name.ts';
import type { CloneChanges, JsonObject, LaunchRequest, Mark, Ports } from '../ports.ts';
import { type Staging, stagingFor, stagingOf } from '../staging.ts';

const Input = z.object({
  job: z.string(),
  /** CheckpointConfig.S3Uri of the failed job. */
  uri: S3Uri,
  checkpoint: z.object({
    uri: S3Uri,
    step: z.number().int(),
    grade: Grade,
    ageMinutes: z.number(),
  }),
  rpoMinutes: z.number(),
});
type Input = z.infer<typeof Input>;

export const resumeTraining = defineAction({
  name: 'resume-training',
  effect: 'change',
  title: 'Resume training',
  does: 'Launches a copy of the failed job that continues from the checkpoint chosen above.',
  approver: 'responder',
  button: 'Resume training',
  input: Input,
  output: z.object({
    job: z.string(),
    arn: z.string(),
    adopted: z.boolean(),
    checkpointUri: S3Uri,
    step: z.number().int(),
    staged: z.object({ files: z.number().int(), bytes: z.number() }).nullable(),
  }),
  report: ({ job, step, staged, checkpointUri, adopted }) => ({
    headline: `Launched ${job} from step ${count(step)}`,
    facts: [
      { label: 'Checkpoint folder', value: checkpointUri },
      ...(staged === null
        ? []
        : [{ label: 'Copied', value: `${counted(staged.files, 'file')}, ${sizeInWords(staged.bytes)}` }]),
    ],
    lines: adopted
      ? ['An earlier run of this same try had launched it already; nothing was launched twice.']
      : [],
  }),
  preview: async (input, ports, mark) => {
    await refuseWhileRunning(ports.training, [input.job, ...earlierNames(input.job, mark)]);
    const name = launchName(input.job, mark);
    const staging = await stagingFor(input, name, ports);
    const draft = await ports.training.draftClone(input.job, changesFor(input, name, staging, mark));
    requireWithinCaps(draft.request, ports.caps);
    return {
      headline: `Launch ${name} on ${machinesInWords(draft.request)}, from step ${count(input.checkpoint.step)}`,
      request: draft.request,
      differences: difference(draft.source, draft.request).map((one) => ({
        ...one,
        why: whyOf(one.field, input, staging),
      })),
      warnings: [
        ...warningsFor(input),
        ...draft.lost.map((what) => `AWS does not give back ${what}: the new job lacks it`),
      ],
    };
  },
  run: async ({ request }, input, ports, token) => {
    requireName(request);
    const staging = stagingOf(input, request.TrainingJobName, request);
    const launched = await ports.training.find(request.TrainingJobName);
    if (launched === undefined) {
      await refuseWhileRunning(ports.training, [input.job, ...earlierNames(input.job, token)]);
    }
    const staged = launched === undefined ? await stage(staging, ports) : await alreadyStaged(staging, ports);
    const { name, arn, adopted } = await ports.training.launch(request, token);
    return {
      job: name,
      arn,
      adopted,
      checkpointUri: staging?.root ?? input.uri,
      step: input.checkpoint.step,
      staged,
    };
  },
});
