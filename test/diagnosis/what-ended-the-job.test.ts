import { describe, expect, it } from 'vitest';
import { diagnoseJob } from '../../src/diagnosis/diagnose-job.ts';
import { aJob } from '../support/fake-ports.ts';
import { site, traceback } from './failure-reason.ts';

const failed = {
  status: 'Failed',
  secondaryStatus: 'Failed',
  failureReason: 'AlgorithmError: , exit code: 1',
};
const steps = (from: number): string =>
  Array.from({ length: 4 }, (_, step) => `step:${from + step} - actor/pg_loss:0.01`).join('\n');

function diagnosed(...log: readonly string[]): { readonly kind: string; readonly strategy: string } {
  const { kind, strategy } = diagnoseJob(aJob(failed), { logs: log.join('\n').split('\n') });
  return { kind, strategy };
}

const outOfMemory = traceback(
  [['/opt/ml/code/train.py', 'step']],
  'torch.OutOfMemoryError: CUDA out of memory.',
);

describe('an error that the job survived is not its cause', () => {
  it('because training went on after it', () => {
    const end = traceback([['/opt/ml/code/train.py', 'main']], "KeyError: 'warmup_steps'");
    expect(diagnosed(steps(1), outOfMemory, steps(5), end)).toEqual({ kind: 'code_error', strategy: 'none' });
    expect(diagnosed(steps(1), outOfMemory)).toMatchObject({ kind: 'oom_gpu' });
  });

  it('but a progress bar that repeats its last state at the end proves nothing', () => {
    const bar = ' 65%|██████▌   | 1301/2000 [1:02:11<33:21,  2.86s/it]';
    expect(diagnosed(bar, outOfMemory, bar, bar)).toMatchObject({ kind: 'oom_gpu' });
  });

  it('because the interpreter ignored it', () => {
    const cache =
      'ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization`.';
    const noise = traceback(
      [[`${site}/vllm/entrypoints/llm.py`, '__del__']],
      "AttributeError: 'LLM' object has no attribute 'x'",
    );
    expect(diagnosed(cache, 'Exception ignored in: <function LLM.__del__>', noise)).toMatchObject({
      kind: 'oom_gpu',
    });
  });

  it('because the code tried again', () => {
    const retried =
      '\'(ReadTimeoutError("Read timed out."))\' thrown while requesting HEAD https://huggingface.co/a';
    const hang =
      '[rank2]:[E7 ProcessGroupNCCL.cpp:632] [Rank 2] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=1)';
    expect(diagnosed(retried, 'Retrying in 1s [Retry 1/5].', hang)).toMatchObject({ kind: 'hang_or_nccl' });
  });

  it('because a grader logged it', () => {
    const graded = traceback(
      [[`${site}/math_verify/grader.py`, 'verify']],
      'json.decoder.JSONDecodeError: Expecting value',
    );
    const end = traceback([['/opt/ml/code/train.py', 'main']], 'ZeroDivisionError: division by zero');
    expect(diagnosed(end, 'ERROR:math_verify:Error during comparison', graded)).toMatchObject({
      kind: 'code_error',
    });
  });
});

describe('the function that fails gives the phase and nothing else', () => {
  const whileLoading = (error: string): string =>
    traceback([[`${site}/transformers/trainer.py`, '_load_optimizer_and_scheduler']], error);

  it.each([
    ['dependency_install', 'ValueError: we now require users to upgrade torch to at least v2.6'],
    ['oom_gpu', 'torch.OutOfMemoryError: CUDA out of memory.'],
    ['permission', "PermissionError: [Errno 13] Permission denied: '/opt/ml/checkpoints/checkpoint-10'"],
    [
      'code_error',
      'RuntimeError: Error(s) in loading state_dict for Model: size mismatch for lm_head.weight',
    ],
    ['bad_checkpoint', 'EOFError: Ran out of input'],
  ])('%s while a checkpoint is loaded: %s', (kind, error) => {
    expect(diagnosed(whileLoading(error))).toMatchObject({ kind });
  });

  it('and saving is not loading', () => {
    const error =
      "FileNotFoundError: [Errno 2] No such file or directory: '/opt/ml/checkpoints/tmp-checkpoint-20/a.json'";
    expect(diagnosed(traceback([[`${site}/transformers/trainer.py`, '_save_checkpoint']], error))).toEqual({
      kind: 'code_error',
      strategy: 'none',
    });
  });
});

describe('words count with their object', () => {
  it.each([
    ['oom_host', 'a full /dev/shm', "OSError: [Errno 28] No space left on device: '/dev/shm/psm_1'"],
    ['disk_full', 'a full volume', "OSError: [Errno 28] No space left on device: '/opt/ml/checkpoints/a.pt'"],
    [
      'code_error',
      'a server of the job itself',
      "requests.exceptions.ConnectionError: HTTPConnectionPool(host='10.0.1.5', port=8000): Max retries exceeded with url: /generate/",
    ],
    [
      'network',
      'the Hub',
      "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='huggingface.co', port=443): Max retries exceeded with url: /api",
    ],
    [
      'data',
      'a missing data file',
      "FileNotFoundError: [Errno 2] No such file or directory: '/opt/ml/input/data/train/a.jsonl'",
    ],
    [
      'bad_checkpoint',
      'a missing part of a checkpoint',
      "FileNotFoundError: [Errno 2] No such file or directory: '/opt/ml/checkpoints/checkpoint-2/trainer_state.json'",
    ],
    [
      'dependency_install',
      'a missing file of a package',
      "FileNotFoundError: [Errno 2] No such file or directory: '/opt/conda/lib/python3.11/site-packages/x/kernel.cu'",
    ],
  ])('%s: %s', (kind, _, error) => {
    expect(diagnosed(traceback([['/opt/ml/code/train.py', 'main']], error))).toMatchObject({ kind });
  });

  it('a rate limit of the Hub is not bad data, although the data library reports it', () => {
    const hub = traceback(
      [[`${site}/huggingface_hub/utils/_http.py`, 'get']],
      'huggingface_hub.errors.HfHubHTTPError: 429 Client Error: Too Many Requests',
    );
    const wrapped = traceback(
      [[`${site}/datasets/builder.py`, '_prepare_split']],
      'datasets.exceptions.DatasetGenerationError: An error occurred while generating the dataset',
    );
    const link = 'The above exception was the direct cause of the following exception:';
    expect(diagnosed(hub, '', link, '', wrapped)).toEqual({ kind: 'throttle', strategy: 'none' });
  });

  it.each([
    [
      'a damaged base model is no damaged checkpoint',
      'from_pretrained',
      'safetensors_rust.SafetensorError: Error while deserializing header: HeaderTooLarge',
    ],
    [
      'a checkpoint of another number of ranks is not broken',
      'load_checkpoint',
      'ZeRORuntimeException: The checkpoint being loaded used a DP world size of 8 but the current world size is 16.',
    ],
  ])('%s', (_, name, error) => {
    const { kind, strategy } = diagnosed(traceback([['/opt/ml/code/train.py', name]], error));
    expect(kind).not.toBe('bad_checkpoint');
    expect(strategy).toBe('none');
  });
});

describe('the process that failed first decides', () => {
  const log = (host: string, ...texts: string[]) => ({ host, lines: texts.map((text) => ({ at: 0, text })) });

  it('on any host', () => {
    const lost = '[rank0]: torch.distributed.DistBackendError: NCCL error in: x.cpp:1, remote process exited';
    const logs = [log('algo-1', lost), log('algo-2', '[rank8]: torch.OutOfMemoryError: CUDA out of memory.')];
    const found = diagnoseJob(aJob(failed), { logs });
    expect(found).toMatchObject({
      kind: 'oom_gpu',
      evidence: expect.arrayContaining(['Failed first: rank 8 on algo-2']),
    });
  });

  it('and a fault of the GPU explains the error of CUDA after it', () => {
    const xid = 'kernel: NVRM: Xid (PCI:0000:53:00): 94, pid=7194, name=python, Contained';
    expect(
      diagnosed(
        xid,
        traceback([['train.py', 'step']], 'RuntimeError: CUDA error: unspecified launch failure'),
      ),
    ).toEqual({
      kind: 'hardware',
      strategy: 'resume_from_checkpoint',
    });
  });
});

it.each([
  [
    'oom_gpu',
    (rows: string) => `AlgorithmError: ErrorMessage "${rows}torch.OutOfMemoryError: CUDA out of memory."`,
  ],
  [
    'capacity',
    (rows: string) => `CapacityError: Unable to provision requested ML compute capacity.\n${rows}`,
  ],
])('a saved FailureReason that is longer than SageMaker allows is judged by its ends: %s', (kind, reason) => {
  const failureReason = reason('loss 0.1\n'.repeat(200_000));
  expect(diagnoseJob(aJob({ ...failed, failureReason }), { logs: [] })).toMatchObject({ kind });
});
