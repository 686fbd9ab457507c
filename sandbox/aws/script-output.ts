/** The line that TRL prints at every logging step. */
export function progressLine(step: number): string {
  return `{'loss': ${(0.4 / (1 + step / 500)).toFixed(4)}, 'reward': ${(0.2 + step / 4_000).toFixed(3)}, 'step': ${step}}`;
}

/** The FailureReason as the container's toolkit composes it and SageMaker truncates it: https://github.com/aws/sagemaker-training-toolkit */
export function scriptFailure(error: string): string {
  return `AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "${error}"\nCommand "/opt/conda/bin/python3.11 train_grpo.py --config recipe.yaml", exit code: 1`.slice(
    0,
    1024,
  );
}
