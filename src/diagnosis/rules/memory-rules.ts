import { type Rule, whoseFile } from './rule.ts';

/** The GPU ran out of memory, the instance did, or only its shared memory. */
export const memoryRules: readonly Rule[] = [
  // https://docs.ray.io/en/latest/ray-core/scheduling/ray-oom-prevention.html: the class of the GPU's error, host memory.
  {
    kind: 'oom_host',
    says: /(?:ray\.exceptions|java\.lang)\.OutOfMemoryError|node running low on memory|memory usage threshold|Workers? \(tasks \/ actors\) killed due to memory pressure/,
  },
  // Shared memory is a share of the instance's memory, not of its volume.
  {
    kind: 'oom_host',
    says: /out of shared memory|insufficient shared memory|shared memory limit|Unexpected bus error|killed by signal: Bus error|unable to (?:open|write|mmap|allocate) (?:to )?(?:shared memory|file <?\/?torch_)|\/dev\/shm\b.{0,200}(?:No space|size|full|bytes available)|(?:No space left on device|Error while creating shared memory segment).{0,300}\/dev\/shm|shm_open|posix_fallocate failed.{0,80}shm/i,
    unless: /object store is using \/tmp instead/,
  },
  {
    kind: 'oom_host',
    says: /No space left on device/,
    when: (clue) => whoseFile(clue) === 'memory' || clue.frames.some(({ code }) => code.includes('SemLock')),
  },
  { kind: 'oom_host', says: /plasma|object store/i, and: /ObjectStoreFull|OutOfMemory|out of memory/i },

  // Pinned memory and mappings of the host carry CUDA's words.
  {
    kind: 'oom_host',
    says: /cudaHostAlloc|cudaHostRegister|pin_memory|cuMemHostAlloc/,
    and: /out of memory|failed|memory allocation/i,
  },
  {
    kind: 'oom_gpu',
    says: /\bOutOfMemoryError\b|(?:CUDA|HIP|XPU|NPU|MPS|Metal)(?: backend)? out of memory|CUDA (?:driver )?error: out of memory|\[CUDA\]: out of memory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation|Cuda failure \d{0,4} ?'out of memory'|Out of memory allocating|RESOURCE_EXHAUSTED: (?:Out of memory|XLA)/i,
    unless: /host memory|CPU memory|more than 1EB memory/i,
  },
  {
    kind: 'oom_gpu',
    says: /(?:CUBLAS|CUDNN|CUSOLVER|CUSPARSE)_STATUS_ALLOC_FAILED|out_of_memory: CUDA error/,
  },
  { kind: 'oom_gpu', says: /OOM when allocating tensor/, and: /device:GPU/ },
  {
    kind: 'oom_gpu',
    says: /GPU (?:is )?out of memory|(?:not enough|insufficient) (?:GPU|video|device) memory|GPU memory (?:is )?(?:exhausted|insufficient)/i,
  },
  // vLLM and SGLang reserve their caches before the first request.
  {
    kind: 'oom_gpu',
    says: /No available memory for the cache blocks|KV cache is needed, which is larger than|larger than the (?:maximum number of tokens that can be stored in|available) KV cache|Free memory on device .{0,200}less than desired GPU memory utilization|not enough memory\. Please try to increase --mem-fraction-static|not enough KV cache|KV cache (?:pool|blocks?) (?:is|are) (?:too small|full|not enough)|CUDA out of memory occurred when warming up/i,
  },
  { kind: 'oom_gpu', says: /ncclUnhandledCudaError|Cuda failure/, and: /out of memory/i },

  // https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/process.py
  { kind: 'oom_host', says: /OutOfMemory: Process killed by SIGKILL|Process killed by SIGKILL/ },
  {
    kind: 'oom_host',
    says: /DefaultCPUAllocator|\bCPU out of memory|host memory.{0,80}(?:exhausted|out of)|not enough memory: you tried to allocate/i,
  },
  {
    kind: 'oom_host',
    says: /DataLoader worker \(pid.{0,60}(?:is killed by signal: Killed|exited unexpectedly)/,
    unless: /exited unexpectedly with exit code 1\b/,
  },
  {
    kind: 'oom_host',
    says: /\b_?(?:Array)?MemoryError\b|Cannot allocate memory|\[Errno 12\]|std::bad_alloc|memory allocation of \d{1,30} bytes failed/,
  },
  {
    kind: 'oom_host',
    says: /oom-kill|oom_kill|OOM ?Killed|Out of memory: Kill(?:ed)? process|Memory cgroup out of memory|exceeded (?:its )?memory limit|killed as a result of limit/i,
  },
  // datasets only sees that its worker is gone: https://github.com/huggingface/datasets/issues/6393
  { kind: 'oom_host', says: /One of the subprocesses has abruptly died during map operation/ },
  {
    kind: 'oom_host',
    says: /A process in the process pool was terminated abruptly|A child process terminated abruptly|terminated abruptly while the future was running/,
    unsure: 'A process of a pool was killed: nearly always host memory, see MemoryUtilization of the job',
  },
  {
    kind: 'oom_host',
    says: /Signal 9 \(SIGKILL\)|Signals\.SIGKILL|^(?:\S{0,200}: line \d{1,9}:\s{0,10}\d{0,9}\s{0,10})?Killed\b|exit ?code\s{0,10}[:=]?\s{0,10}(?:-9|137)\b|failed \(exitcode: -9\)/i,
    follows: true,
    unsure:
      'The process was killed from outside: nearly always host memory, see MemoryUtilization of the job',
  },
  {
    kind: 'oom_host',
    says: /killed by SIGKILL by OOM killer due to high memory usage/,
    follows: true,
    unsure: 'Ray only guesses: the worker ran out of memory or crashed, see MemoryUtilization of the job',
  },
];

export const diskRules: readonly Rule[] = [
  // https://github.com/instructlab/instructlab/issues/3321: an NCCL timeout whose cause was a full disk.
  {
    kind: 'disk_full',
    says: /No space left on device|Disk quota exceeded|\[Errno (?:28|122)\]|not enough (?:free )?disk space|disk (?:is )?full\b|out of disk space|OutOfDisk|database or disk is full/i,
    unless: /\/dev\/shm|torch_\d{1,12}_|inotify|over \d{1,3}% full|WARNING/,
    when: (clue) => whoseFile(clue) !== 'memory',
    remedy: 'larger_volume',
  },
  {
    kind: 'disk_full',
    says: /PytorchStreamWriter failed writing|unexpected pos \d{1,20} vs \d{1,20}|file write failed|SafetensorError: Error while serializing: I\/?o ?Error/i,
    unsure: 'A checkpoint could not be written: nearly always a full disk, see DiskUtilization of the job',
    remedy: 'larger_volume',
  },
];
