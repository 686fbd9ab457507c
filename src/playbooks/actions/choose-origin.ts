import { findingInWords } from '../../checkpoints/checkpoint-finding.ts';
import { nameOf } from '../../checkpoints/folders.ts';
import { CheckpointChoice, passedOverInWords } from '../../checkpoints/grading/choose-checkpoint.ts';
import { count, minutes } from '../../in-words.ts';
import { Origin } from '../../relaunch/relaunch-terms.ts';
import {
  Again,
  defineAction,
  OpsError,
  type OpsErrorCode,
  type ReadPorts,
  type Report,
  S3Uri,
  z,
} from '../define.ts';
import { findCheckpoint } from './find-checkpoint.ts';
import { validateCheckpoint } from './validate-checkpoint.ts';

const Input = z.object({
  job: z.string(),
  /** Time of the failure: training between the newest good checkpoint and this time is lost. */
  trainedUntil: z.number(),
  rpoMinutes: z.number(),
  /** Checkpoints that broke a job in this incident. */
  passOver: z.array(S3Uri).optional(),
});
type Input = z.infer<typeof Input>;

const Chosen = z.object({ origin: Origin, verdict: CheckpointChoice.optional() });
type Chosen = z.infer<typeof Chosen>;

/** For playbooks that can start over: a missing checkpoint is a result here, not an error. */
export const chooseOrigin = defineAction({
  name: 'choose-origin',
  effect: 'read',
  judges: true,
  title: 'Starting point',
  does: 'Checks the checkpoints of the job, newest first, until one can be resumed from.',
  input: Input,
  output: Chosen,
  report,
  run: async (input, ports): Promise<Chosen | Again> => {
    try {
      return await newestGood(input, ports);
    } catch (thrown) {
      if (!(thrown instanceof OpsError) || !noCheckpoint.has(thrown.code)) throw thrown;
      return { origin: { from: 'scratch', why: thrown.message } };
    }
  },
});

function report({ origin, verdict }: Chosen): Report {
  const { struck = [], chosen } = verdict ?? {};
  const lines = [...struck.map(passedOverInWords), ...(chosen?.reasons ?? []).map(findingInWords)];
  if (origin.from === 'scratch') return { headline: `Start from scratch: ${origin.why}`, lines };
  const { uri, step, grade, ageMinutes } = origin.checkpoint;
  return {
    headline: `Continue from step ${count(step)}: ${nameOf(uri)} is ${grade}`,
    facts: [
      { label: 'Age when training stopped', value: minutes(ageMinutes) },
      { label: 'Folder', value: origin.uri },
    ],
    lines,
  };
}

const noCheckpoint: ReadonlySet<OpsErrorCode> = new Set(['no-checkpointing', 'no-checkpoint']);

async function newestGood(input: Input, ports: ReadPorts): Promise<Chosen | Again> {
  const found = await findCheckpoint.run(input, ports);
  if (found instanceof Again) return found;
  const verdict = await validateCheckpoint.run({ ...input, folders: found.folders }, ports);
  if (verdict instanceof Again) return verdict;
  const { chosen } = verdict;
  return { origin: { from: 'checkpoint', uri: found.uri, checkpoint: chosen }, verdict };
}
