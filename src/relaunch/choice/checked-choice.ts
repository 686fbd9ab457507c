import { findingInWords } from '../../checkpoints/checkpoint-finding.ts';
import { nameOf } from '../../checkpoints/folders.ts';
import { ReadCost } from '../../checkpoints/formats/ranged-file.ts';
import { worldSizeOf } from '../../checkpoints/gpu-counts.ts';
import { grader } from '../../checkpoints/grading/grade.ts';
import { OpsError } from '../../errors.ts';
import type { Ports, TrainingJob } from '../../ports/ports.ts';
import { trainedUntil } from '../../training-job/job-state.ts';
import type { GoodCheckpoint, Origin } from '../relaunch-terms.ts';

/** Checks a checkpoint that a person chose. Throws `adjustment-refused` if training cannot resume from it. */
export async function checkedOrigin(origin: Origin, failed: TrainingJob, ports: Ports): Promise<Origin> {
  if (origin.from === 'scratch') return origin;
  return { ...origin, checkpoint: await checkedChoice(origin.checkpoint, failed, ports) };
}

async function checkedChoice(
  checkpoint: GoodCheckpoint,
  job: TrainingJob,
  { checkpoints, clock }: Pick<Ports, 'checkpoints' | 'clock'>,
): Promise<GoodCheckpoint> {
  if (checkpoint.proposed === undefined) return checkpoint;
  const now = clock.now();
  const until = checkpoint.proposed.trainedUntil ?? trainedUntil(job) ?? now;
  const grade = grader({
    checkpoints,
    now,
    trainedUntil: until,
    endedAt: job.endedAt ?? now,
    worldSize: worldSizeOf(job),
    cost: new ReadCost(),
  });
  const { others = [] } = checkpoint;
  const from = others.findIndex(({ uri }) => uri === checkpoint.uri);
  const graded = await grade(others.slice(from), 0);
  if (graded.grade === 'invalid' || graded.grade === 'pending') {
    const [why] = graded.reasons;
    const name = nameOf(checkpoint.uri);
    throw new OpsError(
      'adjustment-refused',
      `${name} is ${graded.grade}${why ? `: ${findingInWords(why)}` : ''}`,
    );
  }
  const age = graded.committedAt === undefined ? 0 : Math.max(0, (until - graded.committedAt) / 60_000);
  return {
    ...checkpoint,
    grade: graded.grade,
    ageMinutes: age,
    layout: graded.layout,
    identity: graded.identity,
  };
}
