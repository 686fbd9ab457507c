import type { Frame, Owner, Phase } from './facts.ts';

/** `File "/opt/ml/code/train.py", line 88, in main`; FailureReason loses the indentation. */
const pythonFrame = /^\s*File "([^"]{1,400})", line (\d{1,9})(?:, in (\S{1,200}))?/;
/** Rich draws a box around its tracebacks. */
const richFrame = /^[│|] (\S{1,400}\.py):(\d{1,9}) in (\S{1,200})/;

export function frameIn(text: string): Frame | undefined {
  const found = pythonFrame.exec(text) ?? richFrame.exec(text);
  if (found === null) return undefined;
  const [, file = '', line = '', name = ''] = found;
  return { file, line: Number(line), name, code: '', owner: ownerOf(file) };
}

const owners: readonly (readonly [Owner, RegExp])[] = [
  ['grader', /\/(?:math_verify|latex2sympy2?|latex2sympy2_extended|sympy|antlr4|reward_score|graders?)\//],
  ['data', /\/(?:datasets|pyarrow|pandas|fsspec|webdataset|streaming)\//],
  [
    'trainer',
    /\/(?:transformers|trl|accelerate|peft|deepspeed|verl|open_instruct|openrlhf|swift|axolotl|llamafactory|unsloth|lightning|pytorch_lightning|megatron|nemo|torchtune|composer)\//,
  ],
  ['torch', /\/torch\//],
];
const installed = /\/(?:site|dist)-packages\//;
const standardLibrary = /\/lib\/python\d\.\d{1,2}\/|^<(?:frozen|string)/;

function ownerOf(file: string): Owner {
  const named = owners.find(([, pattern]) => pattern.test(file))?.[0];
  if (installed.test(file)) return named ?? 'library';
  if (standardLibrary.test(file)) return 'python';
  return named === 'grader' || named === 'trainer' ? named : 'own';
}

const phases: readonly (readonly [Phase, RegExp])[] = [
  [
    'load checkpoint',
    /^(?:_?load_\w{0,30}checkpoint\w{0,30}|_load_optimizer_and_scheduler|_load_rng_state|load_from_json|_load_scaler|resume_\w+|load_state|load_accelerator_state|load_optimizer\w*|_load_zero_checkpoint|load_fsdp_\w+|\w{1,40}_load_checkpoint)$/,
  ],
  [
    'save',
    /^(?:_?save_\w{0,30}checkpoint\w{0,30}|_?save_(?:model|optimizer\w*|rng_state|state|pretrained|to_json|file|only_model)|save|_save|save_fsdp_\w+|write_end_of_file)$/,
  ],
  [
    'load model',
    /^(?:from_pretrained|_load_pretrained_model|_from_pretrained|load_model|load_weights|get_model|load_shard_file)$/,
  ],
  [
    'load data',
    /^(?:load_dataset\w*|load_from_disk|_generate_tables|_prepare_split\w*|download_and_prepare|read_table)$/,
  ],
  [
    'tokenize',
    /^(?:map|_map_single|_map|apply_chat_template|tokenize\w*|_tokenize\w*|_prepare_dataset|filter)$/,
  ],
  [
    'download',
    /^(?:hf_hub_download|snapshot_download|cached_files?|get_from_cache|http_get|_download\w*|download_\w+)$/,
  ],
  ['upload', /^(?:upload_\w+|put_object|_upload\w*|push_to_hub|create_commit)$/],
  [
    'reward',
    /^(?:_?calculate_rewards|compute_score\w*|\w{0,40}_reward\w{0,40}|reward_\w+|verify|sympy_\w+|score)$/,
  ],
  [
    'collective',
    /^(?:all_?reduce|all_?gather\w*|barrier|broadcast\w*|reduce_scatter\w*|init_process_group|gather\w*)$/,
  ],
  [
    'step',
    /^(?:training_step|_?inner_training_loop|compute_loss|forward|backward|_wrapped_call_impl|_call_impl|update_actor|generate_sequences)$/,
  ],
];

/** The phase by the innermost function that names one. It decides nothing else. */
export function phaseOf(frames: readonly Frame[]): Phase | undefined {
  const innermost = frames.at(-1);
  if (innermost !== undefined && /^(?:import|from) \S/.test(innermost.code)) return 'import';
  for (const { name } of frames.toReversed()) {
    const phase = phases.find(([, pattern]) => pattern.test(name))?.[0];
    if (phase !== undefined && phase !== 'step') return phase;
  }
  return frames.some(({ name }) => phases.at(-1)?.[1].test(name)) ? 'step' : undefined;
}

/** The last frame of the user's own code. */
export function ownFrame(frames: readonly Frame[]): Frame | undefined {
  return frames.findLast(({ owner }) => owner === 'own');
}
