import { nameOf } from '../../checkpoints/folders.ts';
import type { OtherCheckpoint } from '../../checkpoints/grading/other-checkpoints.ts';
import { count, quote } from '../../in-words.ts';
import type { Adjust, Adjusted, Answers, Field } from '../../ports/form-fields.ts';
import type { GoodCheckpoint, Origin } from '../relaunch-terms.ts';

/** Starts from a checkpoint, which may offer others. */
interface FromCheckpoint {
  readonly checkpoint: GoodCheckpoint;
}

/** The select of a form; none if there is nothing else to choose. The proposed checkpoint comes first. */
export function checkpointFields({ checkpoint }: FromCheckpoint): readonly Field[] {
  const { others = [], proposed = checkpoint } = checkpoint;
  if (others.length === 0) return [];
  const offered = [proposed, ...others];
  return [
    {
      key: 'checkpoint',
      label: 'Checkpoint',
      kind: 'choice',
      choices: offered.map(choiceOf),
      initial: choiceOf(offered.find(({ uri }) => uri === checkpoint.uri) ?? proposed),
      hint: 'Training after the chosen one is lost. One that was not checked yet is checked before it is proposed.',
    },
  ];
}

/** Slack shows 75 characters of a choice, so the step comes first. */
function choiceOf({ uri, step, grade }: Pick<OtherCheckpoint, 'uri' | 'step' | 'grade'>): string {
  return quote(`Step ${count(step)}, ${grade ?? 'not checked yet'}: ${nameOf(uri)}`, 140);
}

/** The input with the checkpoint that a person chose. */
export function withCheckpoint<I extends FromCheckpoint>(
  input: I,
  { checkpoint: chosen }: Answers,
): Adjusted<I> {
  const { others = [] } = input.checkpoint;
  if (chosen === undefined || chosen === choiceOf(input.checkpoint)) return { input };
  const other = others.find((one) => choiceOf(one) === chosen);
  if (other === undefined) return { field: 'checkpoint', wrong: `${chosen} is not one of the checkpoints` };
  const { uri, step, grade, layout, committedAt, ageMinutes } = input.checkpoint;
  const until = committedAt === undefined ? {} : { trainedUntil: committedAt + ageMinutes * 60_000 };
  const checkpoint: GoodCheckpoint = {
    ...other,
    // A stand-in until it is checked for the proposal; the launch does not depend on it.
    grade: other.grade ?? 'degraded',
    ageMinutes: 0,
    // One trainer wrote them all.
    ...(layout !== undefined && { layout }),
    others,
    proposed: { uri, step, grade, ...until },
  };
  return { input: { ...input, checkpoint } };
}

interface FromOrigin {
  readonly origin: Origin;
}

/** The select of a form whose job starts at an `origin`; none if it starts from scratch. */
export function originFields({ origin }: FromOrigin): readonly Field[] {
  return origin.from === 'checkpoint' ? checkpointFields(origin) : [];
}

/** The input with the checkpoint that a person chose as its origin. */
export function withOrigin<I extends FromOrigin>(input: I, answers: Answers): Adjusted<I> {
  if (input.origin.from === 'scratch') return { input };
  const chosen = withCheckpoint(input.origin, answers);
  return 'wrong' in chosen ? chosen : { input: { ...input, origin: chosen.input } };
}

/** The form of a relaunch in which nothing but the checkpoint can be chosen. */
export const originForm = {
  button: 'Choose the checkpoint',
  asks: 'Training continues from the checkpoint that you choose. Relight checks it before it proposes the job again.',
  fields: originFields,
  apply: withOrigin,
} satisfies Adjust<FromOrigin>;
