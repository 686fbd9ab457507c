import type { LogLine } from '../../../src/ports/ports.ts';

/** Logs of failed training jobs, in the formats of their launchers. */

/** One line per second, starting at `at`. */
export function written(at: number, text: string): readonly LogLine[] {
  return text.split('\n').map((line, index) => ({ at: at + index * 1_000, text: line }));
}

export function eachLine(prefix: string, text: string): string {
  return text
    .split('\n')
    .map((line) => `${prefix}${line}`)
    .join('\n');
}

export const progress = `{'loss': 0.6931, 'grad_norm': 1.2, 'num_tokens': 1201734.0, 'epoch': 0.41}
 65%|██████▌   | 1301/2000 [1:02:11<33:21,  2.86s/it]`;

export const outOfMemory = `Traceback (most recent call last):
  File "/opt/ml/code/train.py", line 212, in <module>
    trainer.train(resume_from_checkpoint=checkpoint)
  File "/opt/conda/lib/python3.11/site-packages/transformers/trainer.py", line 2556, in train
    return inner_training_loop(
           ^^^^^^^^^^^^^^^^^^^^
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 7.81 GiB. GPU 3 has a total capacity of 39.39 GiB of which 5.32 GiB is free.`;

export const fullDisk = `Traceback (most recent call last):
  File "/opt/conda/lib/python3.11/site-packages/torch/serialization.py", line 850, in save
    _save(obj, opened_zipfile, pickle_module)
OSError: [Errno 28] No space left on device

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/opt/ml/code/train.py", line 212, in <module>
    trainer.train()
  File "/opt/conda/lib/python3.11/site-packages/torch/serialization.py", line 690, in __exit__
    self.file_like.write_end_of_file()
RuntimeError: [enforce fail at inline_container.cc:664] . unexpected pos 2368 vs 2262`;

export const badRow = `Traceback (most recent call last):
  File "/opt/ml/code/data.py", line 31, in rows
    yield json.loads(line)
json.decoder.JSONDecodeError: Expecting ',' delimiter: line 1 column 412 (char 411)

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/opt/ml/code/train.py", line 88, in <module>
    dataset = load_dataset("json", data_files=files)
datasets.exceptions.DatasetGenerationError: An error occurred while generating the dataset`;

export const watchdog =
  '[E1123 03:12:01.123 ProcessGroupNCCL.cpp:616] [Rank 0] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=812, OpType=ALLREDUCE, Timeout(ms)=600000) ran for 600009 milliseconds';

/** https://docs.pytorch.org/docs/stable/elastic/errors.html */
export function torchrunReport(rank: number): string {
  return `Traceback (most recent call last):
  File "/opt/conda/bin/torchrun", line 8, in <module>
    sys.exit(main())
torch.distributed.elastic.multiprocessing.errors.ChildFailedError:
============================================================
/opt/ml/code/train.py FAILED
------------------------------------------------------------
Failures:
[1]:
  time      : 2026-11-23_03:12:09
  host      : algo-1
  rank      : 0 (local_rank: 0)
  exitcode  : -6 (pid: 811)
  error_file: <N/A>
------------------------------------------------------------
Root Cause (first observed failure):
[0]:
  time      : 2026-11-23_03:12:03
  host      : algo-1
  rank      : ${rank} (local_rank: ${rank})
  exitcode  : 1 (pid: ${812 + rank})
  error_file: <N/A>
============================================================`;
}
