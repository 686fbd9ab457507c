import { stepsInLog } from '../training-job/steps-in-log.ts';

export interface WhatIsLeft {
  readonly logTail: readonly string[];
  /** Whether there is a model where ModelArtifacts says; left out where nobody looked. */
  readonly storedModel?: boolean;
}

/** The Trainer logs these for each step, without a number. https://huggingface.co/docs/transformers/main_classes/trainer */
const stepWithoutNumber = /['"](?:loss|reward|grad_norm)['"]\s*:/;

/**
 * Why `Completed` may not be true: training on an empty dataset ends with exit code 0, and SageMaker believes it.
 * An empty log proves nothing, so it raises no doubt.
 */
export function doubtsAboutCompleted({ logTail, storedModel }: WhatIsLeft): string[] {
  return [
    ...(storedModel === false ? ['It stored no model where ModelArtifacts says'] : []),
    ...(logTail.length > 0 && !trained(logTail) ? ['No training step in the log that was read'] : []),
  ];
}

function trained(logTail: readonly string[]): boolean {
  return stepsInLog(logTail, 0).beyond !== undefined || logTail.some((line) => stepWithoutNumber.test(line));
}
