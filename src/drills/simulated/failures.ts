/** A script that died, as its container reports it: https://github.com/aws/sagemaker-training-toolkit */
export function scriptFailed(error: string): string {
  return `AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "${error}"\nCommand "/opt/conda/bin/python3.11 train.py", exit code: 1`;
}

const header =
  'safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata, file not fully covered';

/** The newest checkpoint has truncated weights. */
export const cannotLoad = {
  failureReason: scriptFailed(header),
  log: [
    'Traceback (most recent call last):',
    '  File "/opt/ml/code/train.py", line 88, in <module>',
    '    trainer.train(resume_from_checkpoint=True)',
    '  File "/opt/conda/lib/python3.11/site-packages/transformers/trainer.py", line 2206, in train',
    '    self._load_from_checkpoint(resume_from_checkpoint)',
    '  File "/opt/conda/lib/python3.11/site-packages/transformers/trainer.py", line 2863, in _load_from_checkpoint',
    '    state_dict = safetensors.torch.load_file(weights_file, device="cpu")',
    header,
  ],
} as const;
