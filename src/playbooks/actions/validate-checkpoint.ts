import { findingInWords } from '../../checkpoints/checkpoint-finding.ts';
import { CheckpointFolder, nameOf } from '../../checkpoints/folders.ts';
import { ReadCost } from '../../checkpoints/formats/ranged-file.ts';
import { worldSizeOf } from '../../checkpoints/gpu-counts.ts';
import {
  ageInWords,
  CheckpointChoice,
  chooseCheckpoint,
  passedOverInWords,
  walkBack,
} from '../../checkpoints/grading/choose-checkpoint.ts';
import type { GradedCheckpoint } from '../../checkpoints/grading/grade.ts';
import { otherCheckpoints } from '../../checkpoints/grading/other-checkpoints.ts';
import { layoutWords, trackerOf } from '../../checkpoints/layouts/detect.ts';
import { count, sizeInWords } from '../../in-words.ts';
import { Again, defineAction, type Report, z } from '../define.ts';

const Validated = CheckpointChoice.extend({ bytesRead: z.number(), requests: z.number().int() });
type Validated = z.infer<typeof Validated>;

export const validateCheckpoint = defineAction({
  name: 'validate-checkpoint',
  effect: 'read',
  judges: true,
  title: 'Validate checkpoints',
  does: 'Checks every file of the newest checkpoint, then of earlier ones, until it finds one to resume from.',
  input: z.object({
    job: z.string(),
    /** Highest step first. */
    folders: z.array(CheckpointFolder),
    /** When the failed job stopped training: training after the chosen checkpoint is lost. */
    trainedUntil: z.number(),
    rpoMinutes: z.number(),
  }),
  output: Validated,
  report,
  run: async ({ job: name, folders, trainedUntil, rpoMinutes }, ports) => {
    const job = await ports.training.describe(name);
    const cost = new ReadCost();
    const now = ports.clock.now();
    const graded = await walkBack({
      checkpoints: ports.checkpoints,
      folders,
      now,
      trainedUntil,
      endedAt: job.endedAt ?? now,
      rpoMinutes,
      worldSize: worldSizeOf(job),
      cost,
    });
    const last = graded.at(-1);
    if (last?.grade === 'pending') return new Again(15_000, pendingNote(last));
    const choice = chooseCheckpoint(graded, trainedUntil, rpoMinutes);
    const others = otherCheckpoints(folders, graded, choice.chosen.uri);
    return {
      ...choice,
      chosen: { ...choice.chosen, ...(others.length > 0 && { others }) },
      bytesRead: cost.bytes,
      requests: cost.requests,
    };
  },
});

function pendingNote({ uri, reasons }: GradedCheckpoint): string {
  const [first] = reasons;
  return `${nameOf(uri)}: ${first === undefined ? 'not finished yet' : findingInWords(first)}; checking again soon`;
}

function report(validated: Validated): Report {
  const { chosen, struck, stepsLost, bytesRead, requests } = validated;
  return {
    headline: `${nameOf(chosen.uri)} is ${chosen.grade}: resume from step ${count(chosen.step)}`,
    facts: [
      { label: 'Age when training stopped', value: ageInWords(validated) },
      { label: 'Steps behind the newest', value: count(stepsLost) },
      { label: 'Layout', value: layoutWords(chosen.layout) },
      { label: 'Read from S3', value: `${sizeInWords(bytesRead)} in ${count(requests)} requests` },
    ],
    lines: [
      ...struck.map(passedOverInWords),
      ...whyOlder(validated),
      ...chosen.reasons.map(findingInWords),
      ...trackerNote(validated),
    ],
  };
}

/** Says why a newer checkpoint with good weights, or an older complete one, was not chosen. */
function whyOlder({ chosen, struck }: Validated): string[] {
  const newerDegraded = chosen.grade === 'valid' && struck.some(({ grade }) => grade === 'degraded');
  if (newerDegraded) return ['A valid checkpoint is preferred to a newer degraded one, up to twice the RPO.'];
  return chosen.grade === 'degraded' ? ['No valid checkpoint is older by less than twice the RPO.'] : [];
}

/** A trainer that relies on a tracker starts from scratch if there is none. */
function trackerNote({ chosen, isNewest }: Validated): string[] {
  const tracker = trackerOf(chosen.layout);
  return tracker === undefined || isNewest
    ? []
    : [
        `The trainer finds it through the file ${tracker} next to the folder; a copy gets one that names ${nameOf(chosen.uri)}.`,
      ];
}
