/** The position in training that the name of a checkpoint gives. */
export interface NamedPosition {
  readonly step?: number;
  readonly epoch?: number;
}

/** At most fifteen digits: longer numbers are not exact. */
const step = '(?<step>\\d{1,15})(?!\\d)';
const epoch = '(?<epoch>\\d{1,15})(?!\\d)';
/** Words of a copy that no trainer resumes from, or of a save that never ended. */
const setAside =
  '(?!.*(?:^|[-_.])(?:tmp|temp|old|best|bak|backup|broken|partial|incomplete|unfinished)(?:[-_.]|$))';

/**
 * The names of one trainer. The first form that matches any name applies to all of them, so that the steps of one
 * trainer are never mixed with the numbers of another.
 */
export interface NameForm {
  readonly pattern: RegExp;
  /** The name alone proves nothing: there must be files of a checkpoint inside. */
  readonly loose?: true;
}

export const folderForms: readonly NameForm[] = [
  // The Trainer's own rule: https://github.com/huggingface/transformers/blob/main/src/transformers/trainer_utils.py
  { pattern: new RegExp(`^checkpoint-${step}$`) },
  // DeepSpeed and OpenRLHF write global_step1300, verl global_step_1300; its documents say global_steps_1300.
  { pattern: new RegExp(`^global_steps?_?${step}$`) },
  // NeMo and Lightning: model--val_loss=1.2-step=1300-consumed_samples=9000.0-last, epoch=1-step=2000.ckpt.
  { pattern: new RegExp(`^(?!.*-unfinished$)(?:.*[-_])?step=${step}`) },
  // Megatron-LM.
  { pattern: new RegExp(`^iter_${step}$`) },
  // NeMo AutoModel, and Composer's sharded checkpoints.
  { pattern: new RegExp(`^epoch[-_]?${epoch}[-_](?:global[-_]?)?step[-_]?${step}$`) },
  { pattern: new RegExp(`^ep${epoch}-ba${step}$`) },
  // torchtune, torchtitan, open-instruct, OLMo: steps, and epochs beside them.
  {
    pattern: new RegExp(
      `^(?:(?:checkpoint[-_])?step[-_]?${step}(?:-unsharded)?$|(?!.*-unfinished$)(?:.*[-_])?epoch[=_-]?${epoch})`,
    ),
  },
  // Accelerate names them checkpoint_9.
  { pattern: new RegExp(`^(?:checkpoint|ckpt|chkpt|model|save|state)[-_]?${step}$`), loose: true },
  { pattern: new RegExp(`^${step}$`), loose: true },
  {
    pattern: new RegExp(
      `^${setAside}(?:.*[-_.])?(?:global[-_]?steps?|steps?|iter|iteration|batch|ba|checkpoint|ckpt)[-_=]?${step}$`,
    ),
    loose: true,
  },
];

/** A file that is a whole checkpoint, or one rank of it: Lightning, Composer, and scripts that call torch.save. */
const fileEnd = '(?:-v\\d+)?(?<rank>-rank\\d{1,5})?\\.(?:ckpt|pt|pth|pth\\.tar|pkl)$';
export const fileForms: readonly NameForm[] = [
  { pattern: new RegExp(`^${setAside}(?:.*[-_])?step=${step}(?:[-_].*)?${fileEnd}`) },
  { pattern: new RegExp(`^ep${epoch}-ba${step}${fileEnd}`) },
  // fairseq: checkpoint_1_2000.pt.
  { pattern: new RegExp(`^checkpoint_${epoch}_${step}${fileEnd}`) },
  {
    pattern: new RegExp(
      `^${setAside}(?:.*[-_])?epoch[-_]?${epoch}[-_]+(?:global[-_]?)?step[-_]?${step}${fileEnd}`,
    ),
  },
  {
    pattern: new RegExp(
      `^${setAside}(?:.*[-_.])?(?:global[-_]?steps?|steps?|iter|iteration|batch|ba|checkpoint|ckpt|model)[-_=]?${step}${fileEnd}`,
    ),
  },
  { pattern: new RegExp(`^${setAside}(?:.*[-_])?epoch[-_=]?${epoch}(?:[-_].*)?${fileEnd}`) },
  { pattern: new RegExp(`^${setAside}${step}${fileEnd}`) },
];

export function positionIn(name: string, { pattern }: NameForm): NamedPosition | undefined {
  const groups = pattern.exec(name)?.groups;
  if (groups === undefined) return undefined;
  const { step: steps, epoch: epochs } = groups;
  return {
    ...(steps !== undefined && { step: Number(steps) }),
    ...(epochs !== undefined && { epoch: Number(epochs) }),
  };
}

/** The number that people know the checkpoint by: its step, or its epoch if the name has no step. */
export function numberOf({ step: steps, epoch: epochs }: NamedPosition): number {
  return steps ?? epochs ?? 0;
}

export interface NamedCheckpoint {
  readonly name: string;
  readonly at: NamedPosition;
  readonly form: NameForm;
}

/** The names that the first fitting form applies to, newest first. */
export function namedAmong(names: readonly string[], forms: readonly NameForm[]): NamedCheckpoint[] {
  const found = forms
    .map((form) =>
      names.flatMap((name) => {
        const at = positionIn(name, form);
        return at === undefined ? [] : [{ name, at, form }];
      }),
    )
    .find((named) => named.length > 0);
  return (found ?? []).toSorted(
    (a, b) => stepsFirst(a.at, b.at) || newestFirst(a.at, b.at) || lastFirst(a.name, b.name),
  );
}

/** Epochs that are named alone cannot be compared with steps, see `by-time.ts`. */
function stepsFirst(a: NamedPosition, b: NamedPosition): number {
  return Number(isEpochOnly(a)) - Number(isEpochOnly(b));
}

export function isEpochOnly({ step: steps }: NamedPosition): boolean {
  return steps === undefined;
}

/** The epoch decides first, because some scripts count steps from 0 in each epoch. */
function newestFirst(a: NamedPosition, b: NamedPosition): number {
  return (b.epoch ?? 0) - (a.epoch ?? 0) || (b.step ?? 0) - (a.step ?? 0);
}

/** If two checkpoints have the same step, NeMo prefers the one that ends in `-last`. */
function lastFirst(one: string, other: string): number {
  return Number(other.endsWith('-last')) - Number(one.endsWith('-last'));
}
