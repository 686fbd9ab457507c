/** `error`: training fails or silently learns from something else. `warning`: the data is less useful. */
export type Severity = 'error' | 'warning';

export interface DataRule {
  readonly severity: Severity;
  /** The problem, phrased to follow "record": "is not UTF-8". */
  readonly says: string;
}

// biome-ignore format: one rule per line, so that it reads as a table
const table = {
  // Whole objects.
  'no-objects': { severity: 'error', says: 'nothing exists at this address' },
  'no-records': { severity: 'error', says: 'contains no records: training exits 0 without training' },
  'empty-object': { severity: 'error', says: 'has 0 bytes' },
  'lfs-pointer': { severity: 'error', says: 'is a Git LFS pointer, not the data' },
  unreadable: { severity: 'error', says: 'cannot be read' },
  'truncated-gzip': { severity: 'error', says: 'is truncated or damaged gzip' },
  'truncated-zstd': { severity: 'error', says: 'is truncated or damaged zstd' },
  'parquet-magic': { severity: 'error', says: 'is not parquet: PAR1 is not at both ends' },
  'parquet-footer': { severity: 'error', says: 'has an invalid parquet footer' },
  'parquet-unreadable': { severity: 'error', says: 'has an unreadable parquet row group' },
  'parquet-large': { severity: 'warning', says: 'has a parquet row group that is too large to check' },
  'manifest-invalid': { severity: 'error', says: 'is not a valid SageMaker manifest' },
  'manifest-missing': { severity: 'error', says: 'names an object that does not exist' },
  'array-cut': { severity: 'error', says: 'is a JSON array that breaks off: what followed is missing' },
  'json-wrapper': { severity: 'error', says: 'is one object with all records below one of its keys' },
  'json-columns': { severity: 'error', says: 'is stored column by column instead of one record per line' },
  'utf-16': { severity: 'error', says: 'is UTF-16, but loaders read UTF-8' },
  'json-array': { severity: 'warning', says: 'is one JSON array instead of one record per line' },
  'json-values': { severity: 'warning', says: 'has JSON objects that are not one per line: only some loaders read them' },
  'cr-lines': { severity: 'warning', says: 'has lines that end with CR alone: only some loaders read them' },
  'augmented-manifest': { severity: 'warning', says: 'is an augmented manifest: SageMaker reads its lines and the objects that they name' },
  zstd: { severity: 'warning', says: 'is compressed with zstd, which loaders read only if its package is installed' },
  misnamed: { severity: 'warning', says: 'has another format than its name says' },
  'unknown-schema': { severity: 'warning', says: 'has records of no known form: only the general checks were run' },
  'unknown-format': { severity: 'warning', says: 'has a format that is not checked' },

  // Lines.
  'not-utf8': { severity: 'error', says: 'is not UTF-8' },
  'nul-byte': { severity: 'error', says: 'contains a NUL byte' },
  'line-too-long': { severity: 'error', says: 'is longer than 16 MiB' },
  'cut-last-line': { severity: 'error', says: 'is truncated at the end of the file' },
  'nan-literal': { severity: 'error', says: 'contains NaN or Infinity, which JSON does not allow' },
  'loose-json': { severity: 'error', says: 'is almost JSON: single quotes, Python literals or trailing commas' },
  'not-json': { severity: 'error', says: 'is not JSON' },
  'not-object': { severity: 'error', says: 'is JSON, but not an object' },
  'duplicate-key': { severity: 'error', says: 'has the same key twice' },
  'lone-surrogate': { severity: 'error', says: 'contains half of a surrogate pair' },
  bom: { severity: 'warning', says: 'starts with a byte order mark' },
  crlf: { severity: 'warning', says: 'ends with CR LF' },
  'blank-line': { severity: 'warning', says: 'is blank' },
  'no-final-newline': { severity: 'warning', says: 'has no newline at its end' },

  // Records.
  'mixed-types': { severity: 'error', says: 'has a field with a different type than in most records, at which pyarrow stops' },
  'columns-new': { severity: 'error', says: 'has columns that the first file lacks, at which datasets stops' },
  'types-differ': { severity: 'error', says: 'has a column that datasets cannot cast to its type in the first file' },
  'field-missing': { severity: 'error', says: 'lacks a required field' },
  'field-null': { severity: 'error', says: 'has null in a required field' },
  'field-empty': { severity: 'error', says: 'has an empty required field' },
  'field-type': { severity: 'error', says: 'has a field of the wrong type' },
  'mixed-schema': { severity: 'error', says: 'has a different form than the other records' },
  'role-unknown': { severity: 'error', says: 'has a message with an unknown role' },
  'system-not-first': { severity: 'error', says: 'has a system message that is not the first' },
  'first-not-user': { severity: 'error', says: 'has a conversation that does not start with the user' },
  'role-repeated': { severity: 'error', says: 'has two consecutive messages with the same role' },
  'last-role': { severity: 'error', says: 'has a conversation that ends with the wrong role' },
  'first-not-assistant': { severity: 'error', says: 'has an answer that does not start with the assistant' },
  'role-order': { severity: 'error', says: 'has a message that cannot follow the one before it' },
  'tool-without-call': { severity: 'error', says: 'has a tool message that answers no call' },
  'tool-call-invalid': { severity: 'error', says: 'has a tool call or tools that cannot be parsed' },
  'label-count': { severity: 'error', says: 'has not one label for each completion' },
  'media-count': { severity: 'error', says: 'has not one file for each placeholder in its text' },
  'prompts-differ': { severity: 'error', says: 'has two answers to different prompts' },
  'answers-equal': { severity: 'warning', says: 'has two equal answers, from which nothing is learned' },
  'ground-truth-empty': { severity: 'error', says: 'has no ground truth' },
  'ground-truth-type': { severity: 'error', says: 'has a number as ground truth instead of a string' },
  'ground-truth-format': { severity: 'error', says: 'has a number that its scorer never matches, such as 1,000 or $18' },
  'ground-truth-unverifiable': { severity: 'error', says: 'has a ground truth that its verifier cannot read' },
  'data-source-unknown': { severity: 'error', says: 'has a data_source without a reward function' },
  'verifier-unknown': { severity: 'error', says: 'names an unknown verifier' },
  'step-index': { severity: 'error', says: 'has a step index outside its solution' },
  'step-leaks': { severity: 'error', says: 'has its target step in its own prompt' },
  'steps-missing': { severity: 'error', says: 'belongs to a solution with missing steps' },
  'problem-differs': { severity: 'error', says: 'has a different problem than the other steps of its solution' },
  duplicate: { severity: 'warning', says: 'is the same as an earlier record' },
  'near-duplicate': { severity: 'warning', says: 'has the same prompt as an earlier record' },
  leakage: { severity: 'warning', says: 'is also in the test data' },
  'over-long': { severity: 'warning', says: 'has a prompt over the token limit' },
  'control-characters': { severity: 'warning', says: 'contains control characters' },
  mojibake: { severity: 'warning', says: 'contains text decoded with the wrong encoding' },
  untrimmed: { severity: 'warning', says: 'has leading or trailing whitespace' },
  'not-nfc': { severity: 'warning', says: 'has characters that are not composed (Unicode NFC)' },
  'columns-missing': { severity: 'warning', says: 'lacks columns of the first file: datasets before 3.1 stops, later ones read null' },
  'extra-field': { severity: 'warning', says: 'has a field that most records lack' },
  imbalance: { severity: 'warning', says: 'shares its ground truth with most records' },
  'too-few-records': { severity: 'warning', says: 'has fewer records than one batch' },
} as const satisfies Record<string, DataRule>;

export type RuleId = keyof typeof table;

/** All rules, in the order in which reports list them. */
export const rules: Readonly<Record<RuleId, DataRule>> = table;

// The keys of a constant object are exactly the keys of its type.
export const ruleIds = Object.keys(table) as readonly RuleId[];
