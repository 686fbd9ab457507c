import { describe, expect, it } from 'vitest';
import { classify, composed, site, traceback } from '../diagnosis/failure-reason.ts';

const trainer = `${site}/transformers/trainer.py`;
const callback = `${site}/transformers/trainer_callback.py`;
const jsonDecoder = '/opt/conda/lib/python3.10/json/decoder.py';
const cutJson = "json.decoder.JSONDecodeError: Expecting ',' delimiter: line 21 column 6 (char 412)";

describe('a checkpoint that cannot be loaded', () => {
  it.each([
    [
      'cut weights',
      [[trainer, '_load_from_checkpoint']],
      'safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata, file not fully covered',
    ],
    [
      'a Git LFS pointer',
      [[trainer, '_inner_training_loop']],
      'safetensors_rust.SafetensorError: Error while deserializing header: header too large',
    ],
    [
      'missing weights',
      [[trainer, 'train']],
      "ValueError: Can't find a valid checkpoint at /opt/ml/checkpoints/checkpoint-2",
    ],
    [
      'a cut optimizer.pt',
      [[trainer, '_inner_training_loop']],
      'RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central directory',
    ],
    ['an empty optimizer.pt', [[trainer, '_load_optimizer_and_scheduler']], 'EOFError'],
    ['a cut rng_state.pth', [[trainer, '_load_rng_state']], 'OSError: [Errno 22] Invalid argument'],
    [
      'a cut trainer_state.json',
      [
        [callback, 'load_from_json'],
        [jsonDecoder, 'raw_decode'],
      ],
      cutJson,
    ],
    [
      'a missing trainer_state.json',
      [[trainer, 'train']],
      "FileNotFoundError: [Errno 2] No such file or directory: '/opt/ml/checkpoints/checkpoint-2/trainer_state.json'",
    ],
  ] as const)('is not mistaken for bad data: %s', (_, frames, error) => {
    const text = traceback(frames, error);
    expect(classify(composed(text)).kind).toBe('bad_checkpoint');
    expect(classify('AlgorithmError: , exit code: 1', text).kind).toBe('bad_checkpoint');
  });

  it('is recognized by the frames in the log if the FailureReason has only the error line', () => {
    const log = traceback(
      [
        [callback, 'load_from_json'],
        [jsonDecoder, 'raw_decode'],
      ],
      cutJson,
    );
    expect(classify(composed(cutJson))).toMatchObject({ kind: 'data', confidence: 'low' });
    expect(classify(composed(cutJson), log)).toMatchObject({ kind: 'bad_checkpoint', confidence: 'medium' });
  });

  it('is not blamed for bad data because it was saved just before', () => {
    const log = `Saving /opt/ml/checkpoints/checkpoint-2/trainer_state.json\n${traceback([['train.py', 'rows']], cutJson)}`;
    expect(classify('AlgorithmError: , exit code: 1', log).kind).toBe('data');
  });

  it('is not blamed if memory ran out while it was loaded', () => {
    const text = traceback(
      [[trainer, '_load_optimizer_and_scheduler']],
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 3.91 GiB.',
    );
    expect(classify(composed(text)).kind).toBe('oom_gpu');
  });
});

const loader = `${site}/datasets/packaged_modules/json/json.py`;

describe('broken training data', () => {
  it.each([
    'pyarrow.lib.ArrowInvalid: JSON parse error: Missing a closing quotation mark in string. in row 199',
    'pyarrow.lib.ArrowInvalid: JSON parse error: Column(/question) was specified twice in row 50',
    'datasets.exceptions.DatasetGenerationError: An error occurred while generating the dataset',
    "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in position 7: invalid continuation byte",
    'StopIteration',
    cutJson,
    'pyarrow.lib.ArrowInvalid: Parquet magic bytes not found in footer. Either the file is corrupted or this is not a parquet file.',
    'pyarrow.lib.ArrowInvalid: Parquet file size is 0 bytes',
    "KeyError: 'prompt'",
    "KeyError: 'content'",
    "ValueError: text input must be of type 'str' (single example)",
    "TypeError: accuracy_reward() missing 1 required positional argument: 'solution'",
  ])('is data: %s', (error) => {
    expect(classify(composed(traceback([[loader, '_generate_tables']], error)))).toMatchObject({
      kind: 'data',
      confidence: 'high',
    });
  });

  it('includes an empty prompt in the chat template, but not every index out of range', () => {
    const error = 'IndexError: list index out of range';
    expect(classify(composed(traceback([['data_utils.py', 'apply_chat_template']], error))).kind).toBe(
      'data',
    );
    expect(classify(composed(traceback([['train.py', 'main']], error))).kind).toBe('code_error');
  });
});

describe('failures that look alike are distinguished', () => {
  it.each([
    ['oom_host', 'ray.exceptions.OutOfMemoryError: Task was killed due to the node running low on memory.'],
    ['oom_host', 'RuntimeError: DataLoader worker (pid 812) is killed by signal: Killed.'],
    ['oom_host', 'numpy.core._exceptions._ArrayMemoryError: Unable to allocate 18.6 GiB'],
    ['oom_host', 'MemoryError: '],
    ['oom_gpu', 'RuntimeError: HIP out of memory. Tried to allocate 2.00 GiB'],
    ['oom_gpu', 'RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`'],
    [
      'disk_full',
      'RuntimeError: [enforce fail at inline_container.cc:603] . PytorchStreamWriter failed writing file data/7',
    ],
    ['disk_full', 'OSError: [Errno 28] No space left on device'],
    [
      'permission',
      'botocore.exceptions.ClientError: An error occurred (403) when calling the HeadObject operation: Forbidden',
    ],
    ['permission', 'huggingface_hub.errors.GatedRepoError: 401 Client Error.'],
    ['hardware', 'RuntimeError: CUDA error: uncorrectable ECC error encountered'],
    ['hardware', 'NVRM: Xid (PCI:0000:10:1c): 79, pid=812, GPU has fallen off the bus.'],
    ['dependency_install', 'ERROR: No matching distribution found for trl==99.0'],
    [
      'network',
      'NewConnectionError: Failed to establish a new connection\nERROR: No matching distribution found for trl',
    ],
    ['dependency_install', "ModuleNotFoundError: No module named 'flash_attn'"],
    [
      'image',
      'ClientError: Cannot pull algorithm container. Either the image does not exist or its permissions are incorrect.',
    ],
    ['code_error', 'train.py: error: unrecognized arguments: --batch-sze 8'],
    ['code_error', "NameError: name 'tokenzier' is not defined"],
  ])('%s: %s', (kind, text) => {
    expect(classify(composed(text)).kind).toBe(kind);
  });

  it('an exit code of 137 alone is only a suspicion, which the log may correct', () => {
    expect(classify(composed('', 137))).toMatchObject({ kind: 'oom_host', confidence: 'low' });
    expect(classify(composed('', 137), 'RuntimeError: CUDA out of memory.').kind).toBe('oom_gpu');
  });
});
