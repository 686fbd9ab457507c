import { stepsInLog } from '../training-job/steps-in-log.ts';
import { type LogTails, linesOf } from './logs/voices.ts';

export interface WhatIsLeft {
  readonly logs: LogTails;
  /** Whether the model exists at ModelArtifacts; missing if this was not checked. */
  readonly storedModel?: boolean;
}

/** The Trainer logs these at each step, without a step number. https://huggingface.co/docs/transformers/main_classes/trainer */
const stepWithoutNumber = /['"](?:loss|reward|grad_norm)['"]\s*:/;

/**
 * Reasons to doubt `Completed`: training on an empty dataset exits 0, and SageMaker reports success. An empty log proves
 * nothing, so it raises no doubt.
 */
export function doubtsAboutCompleted({ logs, storedModel }: WhatIsLeft): string[] {
  const logTail = linesOf(logs);
  return [
    ...(storedModel === false ? ['It stored no model at ModelArtifacts'] : []),
    ...(logTail.length > 0 && !trained(logTail)
      ? ['No training step in the part of the log that was read']
      : []),
  ];
}

function trained(logTail: readonly string[]): boolean {
  return stepsInLog(logTail, 0).beyond !== undefined || logTail.some((line) => stepWithoutNumber.test(line));
}
