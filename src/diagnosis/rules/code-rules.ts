import { ownFrame } from '../facts/frames.ts';
import type { Rule } from './rule.ts';

/** Errors of the script and of its settings. They come last, because nearly every other cause can end in one of them. */
export const codeRules: readonly Rule[] = [
  {
    kind: 'code_error',
    says: /device-side assert|cudaErrorAssert|Assertion `.{1,300}` failed|index out of bounds"? ?failed/,
    follows: true,
    unsure: 'An index was out of range on the GPU: token ids or labels of the data can do that as well',
  },
  {
    kind: 'code_error',
    says: /illegal memory access|misaligned address|unspecified launch failure|illegal instruction|invalid device (?:function|ordinal)|invalid configuration argument|CUDA error: (?:invalid|an illegal|peer|operation|the launch|mis|inva)|(?:CUBLAS|CUDNN|CUSOLVER)_STATUS_(?:EXECUTION_FAILED|NOT_INITIALIZED|INTERNAL_ERROR|NOT_SUPPORTED|INVALID_VALUE|ARCH_MISMATCH)|launch timed out/i,
    follows: true,
    unsure:
      'A kernel failed: run once with CUDA_LAUNCH_BLOCKING=1; if it recurs on one host only, the GPU is at fault',
  },
  {
    kind: 'code_error',
    says: /Segmentation fault|SIGSEGV|core dumped|Fatal Python error|Illegal instruction|SIGILL|SIGFPE|Floating point exception|double free|free\(\): invalid|malloc\(\)|corrupted size vs|stack smashing/,
    follows: true,
    unsure:
      'It crashed in native code: look at the versions of CUDA, drivers and extensions, and at the host if it recurs there',
  },
  {
    kind: 'code_error',
    says: /Expected all tensors to be on the same device|found at least two devices|tensors? .{0,80}(?:different|same) devices?|Input type .{0,80}and weight type|expected (?:scalar type|dtype|m1 and m2)|must (?:match|have the same dtype)|mat1 and mat2/i,
  },
  {
    kind: 'code_error',
    says: /(?:loss|gradient|grad_?norm|logits|reward|tensor|input|output|weights?|probability|parameter).{0,40}\b(?:is|are|contains?|has|became|detected|were|=|:)[\w\s]{0,20}\b(?:nan|inf|infinite|non-?finite)\b|\bnan\b.{0,20}(?:detected|found|encountered|loss|in (?:loss|grad|param|logits|tensor))|(?:nan|inf)s? or (?:nan|inf)|returned nan values|non-finite (?:loss|grad|value)|loss scale.{0,60}(?:minimum|cannot decrease|already at)|probability tensor contains either|NaN or Inf|diverged/i,
    unless: /^\{|\bINFO\b|step \d{1,12} \| loss|^step\b|replace|skip/i,
  },
  {
    kind: 'code_error',
    says: /AssertionError|NotImplementedError|RecursionError|ZeroDivisionError|OverflowError|FloatingPointError/,
  },
  { kind: 'code_error', says: /has no attribute '|\b(?:NameError|UnboundLocalError|AttributeError)\b/ },
  { kind: 'code_error', says: /\b(?:SyntaxError|IndentationError|TabError)\b/ },
  {
    kind: 'code_error',
    says: /got an unexpected keyword argument|missing \d{1,3} required positional argument|got multiple values for|takes \d{1,3} positional arguments?|object is not (?:callable|iterable|subscriptable)/,
  },
  {
    kind: 'code_error',
    says: /error: (?:unrecognized arguments|the following arguments are required|argument \S{1,80}|ambiguous option)|ValidationError|validation errors? for|Some keys are not used by the HfArgumentParser|ConfigAttributeError|ConfigKeyError|MissingConfigException|ConfigCompositionException|OverrideParse\w{0,40}|Could not override|Key '\S{1,80}' is not in struct|OmegaConf|MissingMandatoryValue|Missing mandatory value|yaml\.\w{1,40}\.\w{1,40}Error|usage: \S/,
  },
  {
    kind: 'code_error',
    says: /must be divisible by|is not divisible|not evenly divisible|divisible by (?:the )?(?:number|num)|global batch size|generation_batch_size|should be (?:greater|less|larger|smaller) than|must be (?:greater|less|larger|smaller|positive|at least|one of|between|set|specified|either)|is not (?:supported|allowed|a valid|implemented)|not supported|Invalid (?:value|argument|option|choice)|cannot be (?:used|set|combined|both)|You (?:cannot|can't|must|should|need to)|mutually exclusive|unsupported|Unknown (?:argument|option|config|optimizer|scheduler|model)/i,
    when: (clue) => clue.statement.form !== 'line',
  },
  {
    kind: 'code_error',
    says: /Too many open files|\[Errno 24\]|TimeoutException|Timeout ?Error|TimeoutError|Operation timed out|asyncio\.\w{0,40}Error|CancelledError|BrokenBarrierError|FileNotFoundError|IsADirectoryError|NotADirectoryError|FileExistsError/,
    when: (clue) => clue.statement.form !== 'line',
  },
  {
    kind: 'code_error',
    says: /Trying to backward through the graph a second time|does not require grad|modified by an inplace operation|Expected to have finished reduction|marked (?:as )?ready twice|leaf Variable that requires grad|shape '\[.{1,80}\]' is invalid|Sizes of tensors must match|The size of tensor a|stack expects each tensor|shape mismatch|cannot reshape|Cannot re-initialize CUDA in forked|BackendCompilerFailed|torch\._dynamo|torch\._inductor|triton\.\w{0,60}(?:Error|Resources)|OutOfResources|index out of range in self|expanded size|dimension out of range|gradient checkpointing/i,
  },
  // https://github.com/aws/amazon-sagemaker-examples/issues/1740
  {
    kind: 'code_error',
    says: /^framework error:/,
    follows: true,
    unsure: 'The end of the traceback decides, and it is not seen here',
  },
  // https://github.com/aws/sagemaker-python-sdk/issues/342
  { kind: 'code_error', says: /^.{0,40}object has no attribute/ },
];

/** Where an exception without a rule of its own was raised: the line to correct. */
export function lineToCorrect(frames: Parameters<typeof ownFrame>[0]): string | undefined {
  const own = ownFrame(frames);
  return own === undefined ? undefined : `${own.file}, line ${own.line}, in ${own.name}`;
}
