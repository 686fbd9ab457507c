/** What a training log tells about the steps of a resumed run. */
export interface StepsInLog {
  /** The highest step beyond the checkpoint. */
  readonly beyond?: number;
  /** Steps that rise from below the checkpoint: the run started over. */
  readonly startedOver?: number;
  /** The trainer says that it loads this checkpoint; it may still fail on it. */
  readonly loads: boolean;
}

/** `'step': 1301`, `"global_step": 1301`, `step 1301`, `Step 1301/2000`; not `max_steps`, `logging_steps`, `step 1/3 of a setup`. */
const stepWords = /(?<![\w])(?:global_)?step['"]?\s*[:= ]\s*(\d+)(?:\s*(?:\/|of)\s*(\d+))?(?![\d.])/gi;

/** The Trainer's own bar, ` 65%|██████▌   | 1301/2000 [`: it has no name, the bars of dataset maps have one. */
const progressBar = /(?:^|\r)\s*\d+%\|[^|\r]*\|\s*(\d+)\/(\d+) \[/g;

interface Seen {
  readonly step: number;
  readonly total: number | undefined;
}

export function stepsInLog(lines: readonly string[], checkpoint: number): StepsInLog {
  const words = lines
    .flatMap((line) => matches(line, stepWords))
    .filter((seen) => isTraining(seen, checkpoint));
  const bars = lines
    .flatMap((line) => matches(line, progressBar))
    .filter((seen) => isTraining(seen, checkpoint));
  const beyond = Math.max(...[...words, ...bars].map(({ step }) => step));
  const loads = lines.some((line) => saysItLoads(line, checkpoint));
  if (beyond > checkpoint) return { beyond, loads };
  const rising = words
    .map(({ step }) => step)
    .filter((step, index, all) => index === 0 || step > (all[index - 1] ?? 0));
  const last = rising.at(-1);
  return rising.length >= 2 && last !== undefined && last < checkpoint
    ? { startedOver: last, loads }
    : { loads };
}

function matches(line: string, pattern: RegExp): Seen[] {
  return [...line.matchAll(pattern)].map(([, step, total]) => ({
    step: Number(step),
    total: total === undefined ? undefined : Number(total),
  }));
}

/** Something that counts to fewer steps than the checkpoint already has is not the training. */
function isTraining({ total }: Seen, checkpoint: number): boolean {
  return total === undefined || total >= checkpoint;
}

/** https://github.com/huggingface/transformers/blob/main/src/transformers/trainer.py writes the last two. */
function saysItLoads(line: string, checkpoint: number): boolean {
  const ours = new RegExp(`(?:resuming|loading|continuing).*checkpoint-${checkpoint}(?!\\d)`, 'i');
  return (
    ours.test(line) || new RegExp(`Continuing training from global step ${checkpoint}(?!\\d)`).test(line)
  );
}
