import { type Clue, type Rule, through, whoseFile } from './rule.ts';

/** The words that libraries use for a damaged file. */
const damaged =
  /PytorchStreamReader failed|failed finding central directory|Error while deserializing header|MetadataIncompleteBuffer|HeaderTooLarge|InvalidHeader|header too large|incomplete metadata|Ran out of input|invalid load key|unexpected EOF|BadZipFile|not a (?:ZIP|zip) (?:archive|file)|pickle data was truncated|UnpicklingError|EOFError|JSONDecodeError|Unable to load weights from pytorch checkpoint|corrupt|\[Errno 22\]/i;

const loading =
  /^(?:_?load_\w{0,30}checkpoint\w{0,30}|_load_optimizer_and_scheduler|_load_rng_state|load_from_json|_load_zero_checkpoint|load_fsdp_\w+|\w{1,40}_load_checkpoint|resume_\w+|load_state)$/;

function loadsCheckpoint(clue: Clue): boolean {
  const whose = whoseFile(clue);
  if (clue.phase === 'save' || whose === 'model' || whose === 'input' || whose === 'cache') return false;
  return whose === 'checkpoint' || clue.phase === 'load checkpoint' || through(clue, loading);
}

function loadsBaseModel(clue: Clue): boolean {
  const whose = whoseFile(clue);
  return (
    whose === 'model' ||
    whose === 'cache' ||
    ((whose === 'input' || whose === undefined) && clue.phase === 'load model')
  );
}

const restore =
  'the checkpoint belongs to another number of GPUs: restore the instance count it was written with';

/** A checkpoint that cannot be read, and what only looks like one. */
export const checkpointRules: readonly Rule[] = [
  // Every checkpoint of the job has the same layout, so an earlier one fails the same way.
  {
    kind: 'code_error',
    says: /(?:DP|data parallel|dp) world size of \d{1,6} but|(?:current|new) world size|world_size_\d{1,6}_rank_\d{1,6}|different (?:world size|number of (?:ranks|GPUs|processes))|world size mismatch|world_size.{0,80}(?:does not match|mismatch|differ)|saved with (?:a different )?(?:tensor|pipeline|tp|pp|dp|data)[\w -]{0,40}(?:size|parallel)|Expected \d{1,6} of '\S{0,200}_optim_states\.pt' files|number of (?:checkpoint )?shards.{0,60}(?:does not match|mismatch)/i,
    advice: restore,
    remedy: 'restore_instance_count',
  },
  {
    kind: 'code_error',
    says: /(?:rng_state_|zero_pp_rank_|bf16_zero_pp_rank_|mp_rank_)\d{1,6}/,
    and: /No such file or directory/,
    advice: `${restore}, or check that every host stored its part`,
    remedy: 'restore_instance_count',
  },
  // The run and the checkpoint do not belong together; the checkpoint itself is whole.
  {
    kind: 'code_error',
    says: /size mismatch for|Error\(s\) in loading state_dict|loaded state dict (?:contains|has)|parameter group that doesn't match|different number of parameter groups|Missing key\(s\) in state_dict|Unexpected key\(s\) in state_dict|Missing key in checkpoint state_dict|shape mismatch.{0,80}(?:checkpoint|state)|The size of tensor a.{0,80}at non-singleton dimension/i,
    advice:
      'the model or the optimizer of the script differs from the one in the checkpoint: restore the settings it was written with',
  },
  {
    kind: 'code_error',
    says: /No such file or directory|FileExistsError|Directory not empty|FileNotFoundError/,
    when: (clue) => clue.phase === 'save' || /\/tmp-checkpoint-\d/.test(clue.text),
    advice: 'the ranks raced while saving: upgrade the trainer, or let one process save',
  },
  {
    kind: 'data',
    says: damaged,
    unless: /weights.only/i,
    when: (clue) =>
      /safetensor|PytorchStream|ZIP|zip|load key|UnpicklingError|weights|central directory|input/i.test(
        clue.text,
      ) && loadsBaseModel(clue),
    advice: 'the base model is damaged, not a checkpoint: copy it to its channel again',
  },
  {
    kind: 'data',
    says: /no file named .{1,300} found in directory|Incorrect path_or_model_id|Repo id must (?:be in the form|use alphanumeric)|Can't load (?:the )?(?:model|tokenizer|config\w*|feature extractor|processor|image processor) for/i,
    when: (clue) => whoseFile(clue) === 'model' || whoseFile(clue) === 'input',
    advice: 'the base model is not where the script looks for it: compare the channel with the path',
  },
  {
    kind: 'bad_checkpoint',
    says: /no file named .{1,300} found in directory/,
    when: (clue) => whoseFile(clue) === 'checkpoint',
  },
  {
    kind: 'code_error',
    says: /no file named .{1,300} found in directory|Incorrect path_or_model_id|Repo id must (?:be in the form|use alphanumeric)/i,
  },
  {
    kind: 'bad_checkpoint',
    says: damaged,
    unless: /weights.only|Unsupported (?:global|operand)/i,
    when: loadsCheckpoint,
  },
  {
    kind: 'bad_checkpoint',
    says: /Can't find a valid checkpoint at/,
    unless: /checkpoint at (?:None|\S{0,200}input\/data)/,
  },
  {
    kind: 'bad_checkpoint',
    says: /No such file or directory|does not exist|FileNotFoundError|is not a file/,
    when: (clue) =>
      whoseFile(clue) === 'checkpoint' &&
      clue.phase !== 'save' &&
      !/tmp-checkpoint/.test(clue.text) &&
      /trainer_state|optimizer|scheduler|model|\.(?:pt|pth|safetensors|bin|json|distcp|metadata)\b/.test(
        clue.text,
      ),
  },
  {
    kind: 'bad_checkpoint',
    says: /CheckpointException|checkpoint (?:file )?(?:is |was |seems |may be )?(?:corrupt|damaged|incomplete|truncated)|corrupt(?:ed)? checkpoint/i,
    when: (clue) => clue.phase !== 'save' && !loadsBaseModel(clue),
  },
  {
    kind: 'bad_checkpoint',
    says: /PytorchStreamReader failed|failed finding central directory/,
    when: (clue) => !loadsBaseModel(clue),
  },
  {
    kind: 'bad_checkpoint',
    says: /Error while deserializing header|MetadataIncompleteBuffer|HeaderTooLarge|invalid load key|pickle data was truncated/,
    when: (clue) => !loadsBaseModel(clue),
    unsure: 'A damaged base model ends with the same words: see which file the traceback reads',
  },
  {
    kind: 'bad_checkpoint',
    says: /^AssertionError/,
    when: (clue) => clue.phase === 'load checkpoint' || /checkpoint|ckpt/i.test(clue.text),
    unsure:
      'The library expects another checkpoint than it found: one is incomplete, or the settings differ from those it was written with',
  },
  {
    kind: 'bad_checkpoint',
    says: /^$/,
    when: ({ phase }) => phase === 'load checkpoint',
    follows: true,
    unsure: 'The traceback goes through the loading of a checkpoint: read its last line',
  },
];
