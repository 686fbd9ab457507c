import { type Clue, type Rule, through, whoseFile } from './rule.ts';

/** Settings are read like rows, but a missing key of theirs is an error in the code. */
const settings =
  /\b(?:cfg|conf|config|args|params|opt|opts|hparams|settings|environ|kwargs|state_dict|checkpoint)\b[.\w]{0,40}\[/;

/** Columns and fields that the trainers read from each row. */
const column =
  /KeyError: ['"](?:prompts?|messages|conversations?|content|role|completion|chosen|rejected|solution|answer|ground_truth|reward_model|data_source|extra_info|text|input_ids|labels|instruction|response|question|output|images?|_data|dataset|target|value|from)['"]/;

function readsRows(clue: Clue): boolean {
  const innermost = clue.frames.at(-1);
  return innermost === undefined || !settings.test(innermost.code);
}

function inData(clue: Clue): boolean {
  return (
    clue.phase === 'load data' ||
    clue.phase === 'tokenize' ||
    whoseFile(clue) === 'input' ||
    clue.frames.some(({ owner }) => owner === 'data') ||
    through(clue, /^(?:__getitem__|collate\w*|_collate\w*|tokenize\w*|preprocess\w*|read_\w+|iter_rows)$/)
  );
}

/** Training data that cannot be read, or that the trainer cannot use. */
export const dataRules: readonly Rule[] = [
  // Wrappers: the exception before them says why.
  {
    kind: 'data',
    says: /DatasetGenerationError|An error occurred while generating the dataset|DatasetGenerationCastError/,
    wraps: true,
  },
  {
    kind: 'data',
    says: /ArrowInvalid|ArrowTypeError|Parquet (?:magic bytes|file size is)|Not a Parquet file|Couldn't deserialize thrift|JSON parse error|ParserError: Error tokenizing|CSV parse error|Malformed|Corrupt(?:ed)? (?:snappy|gzip|zstd|data)|Not a gzipped file|CRC check failed|UnidentifiedImageError|cannot identify image file|image file is truncated|OSError: Not enough bytes|DataFilesNotFoundError|EmptyDatasetError|NonMatchingSplitsSizesError|ExpectedMoreSplits(?:Error)?|NonMatchingChecksumError|CastError|Couldn't cast/,
    unless: /offset overflow|cannot contain more than/,
  },
  {
    kind: 'data',
    says: /JSONDecodeError|UnicodeDecodeError|UnicodeEncodeError|StopIteration|Extra data: line/,
    when: (clue) => inData(clue) && whoseFile(clue) !== 'checkpoint',
  },
  {
    kind: 'data',
    says: /\/opt\/ml\/input\/data\/\S{0,200}(?:config|deepspeed|ds_|zero|accelerate|tokenizer|special_tokens|adapter|\.ya?ml)/,
    and: /No such file or directory|FileNotFoundError|does not exist/,
    advice: 'a configuration or model file is missing from its channel: compare the channel with the path',
  },
  {
    kind: 'data',
    says: /\/opt\/ml\/input\/data/,
    and: /no file found|No such file or directory|FileNotFoundError|does not exist|Unable to find|NotADirectoryError|is not a directory|doesn't contain|Couldn't find|is empty/i,
  },
  {
    kind: 'data',
    says: /Unable to find .{1,200} at |Couldn't find (?:any|a) data(?:set| file| files)?|doesn't contain any data files|No \(supported\) data files|FileNotFoundError: Directory \S{1,300} is neither a|Dataset (?:directory|path|\S{1,100}) (?:does not exist|not found|doesn't exist)|Unknown split|Couldn't find .{0,20}dataset|Bad split/i,
  },
  {
    kind: 'data',
    says: /No such file or directory|FileNotFoundError/,
    when: (clue) => whoseFile(clue) === 'input' && !/\.(?:py|ya?ml)\b/.test(clue.text),
  },
  { kind: 'data', says: column, when: readsRows },
  // TRL on prompts that are null, empty or without a solution; verl on a data_source that it cannot score.
  {
    kind: 'data',
    says: /text input must be of type|TextEncodeInput must be|TextInputSequence must be|Input is not valid\. Should be a string|Unable to create tensor, you should probably activate truncation|expected sequence of length \d{1,9} at dim/,
  },
  {
    kind: 'data',
    says: /missing \d{1,3} required positional arguments?: '(?:prompt|prompts|solution|answer|ground_truth|target|label)'/,
  },
  {
    kind: 'data',
    says: /Reward function is not implemented for data_source|Unknown data[_ ]source|not implemented for (?:data_source|dataset)/,
  },
  {
    kind: 'data',
    says: /out of bounds for size 0|num_samples=0|num_samples should be a positive integer|Dataset is empty|empty dataset|dataset (?:is|has|contains) (?:empty|no|0|zero)|len\(dataset\) ?== ?0|DataLoader (?:is )?empty|(?:train|eval|training|validation)[_ ](?:data)?set (?:is )?empty|No (?:training |valid )?(?:examples|samples|data|records|rows) (?:found|left|remain|were|in)|at least one (?:example|sample)|dataset does not contain|zero-size array|(?:training|train) requires (?:a )?train_dataset|list of files is empty|Cannot find valid samples/i,
    unless: /checkpoint/i,
  },
  {
    kind: 'data',
    says: /Image features and image tokens do not match|number of image tokens|Mismatch in `?image`? token count|(?:prompt|sequence|input) (?:length|ids).{0,80}(?:is longer|exceeds|larger|too long)|is longer than the maximum|Token indices sequence length/i,
    unless: /max_model_len|KV cache|WARN/,
  },
  {
    kind: 'data',
    says: /Conversation roles must alternate|roles must (?:strictly )?alternate|Invalid conversation|Unexpected message role|(?:system|tool) role (?:is )?not supported|jinja2\.exceptions\.TemplateError|UndefinedError|Column \S{1,80} (?:not (?:in|found)|doesn't exist)|Column names? .{1,150} (?:not in|don't match|do not match)|Columns? .{0,100}not in the dataset|column .{0,80}does not exist|unsupported dataset (?:format|type)|dataset (?:should|must) (?:have|contain|include)|must (?:contain|have|include) (?:a |an |the )?['"`]?\w{1,40}['"`]? (?:column|field|key)|No columns in the dataset match|(?:features|schema).{0,40}(?:can't be aligned|don't match|do not match|mismatch)|label(?:s)? (?:value )?out of (?:range|bounds)|Target \d{1,12} is out of bounds/i,
  },
  {
    kind: 'data',
    says: /KeyError|TypeError|ValueError|IndexError|'(?:NoneType|dict|list|str|float|int)' object has no attribute/,
    unless: /unexpected keyword|positional argument|object is not callable|pad(?:ding)? token|chat.?template/,
    when: (clue) =>
      readsRows(clue) &&
      (clue.phase === 'load data' ||
        through(clue, /^(?:_map_single|apply_chat_template|_prepare_dataset|maybe_apply_chat_template)$/)),
    unsure: 'The function that is applied to each row fails: a row or the function can be wrong',
  },
  {
    kind: 'data',
    says: /JSONDecodeError|UnicodeDecodeError/,
    unsure:
      'A broken checkpoint or configuration file ends with the same words: see which file the traceback reads',
  },
  // The message is cut off. https://github.com/philschmid/huggingface-sagemaker-workshop-series/issues/12
  {
    kind: 'data',
    says: /^$/,
    when: ({ phase, frames }) =>
      phase === 'load data' || /\bload_(?:from_disk|dataset)\(/.test(frames.at(-1)?.code ?? ''),
    follows: true,
    unsure: 'The traceback goes through the loading of the data: read its last line',
  },
];
