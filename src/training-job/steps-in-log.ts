import { largest } from '../ports/collections.ts';
/** The training steps of a resumed run, read from its log. */
export interface StepsInLog {
  /** The highest step, if it is beyond the checkpoint. */
  readonly beyond?: number;
  /** The last of several increasing steps, if all are below the checkpoint: the run started over. */
  readonly startedOver?: number;
  /** The trainer says that it is loading this checkpoint; it may still fail. */
  readonly loads: boolean;
}

/** `'step': 1301`, `"global_step": 1301`, `global_step=1301`, `Step 1301/2000`; not `max_steps` or `step_time`. */
export const keyedSteps: readonly RegExp[] = [
  /['"](?:global_)?step['"]\s*:\s*(\d+)(?![\d.])/g,
  /(?<!\w)(?:global_)?step\s*=\s*(\d+)(?![\d.])/g,
  /(?<!\w)step\s+(\d+)\s*\/\s*(\d+)/gi,
];

/** Good enough to show progress, but too loose to judge a run: an installer also prints `Step 1:`. */
export const namedSteps = /(?<!\w)(?:global_)?step[: ]\s*(\d+)(?![\d./])/gi;
/** The Trainer's progress bar, ` 65%|██████▌   | 1301/2000 [`; bars of dataset maps start with a name. */
export const barSteps = /(?:^|\r)[ \t]{0,20}\d{1,3}%\|[^|\r]{0,1000}\|[ \t]{0,20}(\d{1,15})\/(\d{1,15}) \[/g;
const looseSteps = [namedSteps, barSteps];

export function stepsInLog(lines: readonly string[], checkpoint: number): StepsInLog {
  const loads = lines.some((line) => saysItLoads(line, checkpoint));
  const keyed = stepsBy(keyedSteps, lines, checkpoint);
  const beyond = Math.max(largest(keyed), largest(stepsBy(looseSteps, lines, checkpoint)));
  if (beyond > checkpoint) return { beyond, loads };
  const rises = keyed.some((step, index) => index > 0 && step > (keyed[index - 1] ?? step));
  const last = keyed.at(-1);
  return rises && last !== undefined && last < checkpoint ? { startedOver: last, loads } : { loads };
}

/** In the order of the log. A bar with fewer steps than the checkpoint already has is not the training. */
function stepsBy(patterns: readonly RegExp[], lines: readonly string[], checkpoint: number): number[] {
  return lines
    .flatMap((line) => patterns.flatMap((pattern) => [...line.matchAll(pattern)]))
    .filter(([, , total]) => total === undefined || Number(total) >= checkpoint)
    .map(([, step]) => Number(step));
}

/** https://github.com/huggingface/transformers/blob/main/src/transformers/trainer.py writes the second. */
function saysItLoads(line: string, checkpoint: number): boolean {
  const named = new RegExp(
    `(?:resuming|loading|continuing)(?:(?!resuming|loading|continuing).)*checkpoint-${checkpoint}(?!\\d)`,
    'i',
  );
  return (
    named.test(line) || new RegExp(`Continuing training from global step ${checkpoint}(?!\\d)`).test(line)
  );
}
