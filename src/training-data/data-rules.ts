/** `error`: training fails on it or silently learns from something else. `warning`: training runs, with less use. */
export type Severity = 'error' | 'warning';

/** How a rule's findings are mended. `safe`: the meaning stays. `approval`: it may change, so a lead decides. */
export interface Fix {
  readonly needs: 'nothing' | 'approval';
  /** An order, as people read it before they approve. */
  readonly does: string;
}

export interface DataRule {
  readonly severity: Severity;
  /** What is wrong, so that it reads behind "record": "is not UTF-8". */
  readonly says: string;
  /** Left out where the only way is to put the record aside. */
  readonly fix?: Fix;
}

const safe = (does: string): Fix => ({ needs: 'nothing', does });
const approval = (does: string): Fix => ({ needs: 'approval', does });

// biome-ignore format: a rule to a line, so that it reads as the table it is
const table = {
  // The object as a whole.
  'no-objects': { severity: 'error', says: 'there is nothing at this address' },
  'no-records': { severity: 'error', says: 'holds no record: trainers end well on it and train nothing' },
  'empty-object': { severity: 'error', says: 'has 0 bytes' },
  'lfs-pointer': { severity: 'error', says: 'is a Git LFS pointer, not the data' },
  'truncated-gzip': { severity: 'error', says: 'is gzip that breaks off or is damaged' },
  'parquet-magic': { severity: 'error', says: 'is not parquet: PAR1 is not at both ends' },
  'parquet-footer': { severity: 'error', says: 'has a parquet footer that cannot be right' },
  'parquet-unreadable': { severity: 'error', says: 'has a parquet row group that cannot be read' },
  'parquet-large': { severity: 'warning', says: 'has a parquet row group that is too large to be checked' },
  'manifest-invalid': { severity: 'error', says: 'is not a manifest that SageMaker takes' },
  'manifest-missing': { severity: 'error', says: 'names an object that is not there' },
  'json-array': { severity: 'error', says: 'is one JSON array, not one record a line', fix: safe('write one record a line') },
  'unknown-schema': { severity: 'warning', says: 'has records of no known form: only what holds for all records is checked' },
  'unknown-format': { severity: 'warning', says: 'is of a format that is not checked' },

  // The line.
  'not-utf8': { severity: 'error', says: 'is not UTF-8', fix: approval('read it as Latin-1 and write UTF-8') },
  'nul-byte': { severity: 'error', says: 'holds a NUL byte' },
  'line-too-long': { severity: 'error', says: 'is longer than 16 MiB' },
  'cut-last-line': { severity: 'error', says: 'is cut off at the end of the file', fix: safe('drop the cut last line') },
  'nan-literal': { severity: 'error', says: 'holds NaN or Infinity, which JSON has not', fix: safe('write null and judge again') },
  'loose-json': { severity: 'error', says: 'is nearly JSON: single quotes, Python words or trailing commas', fix: approval('write it as strict JSON') },
  'not-json': { severity: 'error', says: 'is not JSON' },
  'not-object': { severity: 'error', says: 'is JSON, but not an object' },
  'duplicate-key': { severity: 'error', says: 'has the same key twice' },
  'lone-surrogate': { severity: 'error', says: 'holds half of a surrogate pair' },
  bom: { severity: 'warning', says: 'begins with a byte order mark', fix: safe('strip it') },
  crlf: { severity: 'warning', says: 'ends with CR LF', fix: safe('end lines with LF') },
  'blank-line': { severity: 'warning', says: 'is blank', fix: safe('drop blank lines') },
  'no-final-newline': { severity: 'warning', says: 'has no newline at its end', fix: safe('add it') },

  // The record.
  'field-missing': { severity: 'error', says: 'lacks a required field' },
  'field-null': { severity: 'error', says: 'has null in a required field' },
  'field-empty': { severity: 'error', says: 'has an empty required field' },
  'field-type': { severity: 'error', says: 'has a field of the wrong type' },
  'mixed-schema': { severity: 'error', says: 'has another form than the other records' },
  'role-unknown': { severity: 'error', says: 'has a message of an unknown role' },
  'system-not-first': { severity: 'error', says: 'has a system message that is not the first' },
  'first-not-user': { severity: 'error', says: 'has a conversation that the user does not begin' },
  'role-repeated': { severity: 'error', says: 'has two messages of one role in a row' },
  'last-role': { severity: 'error', says: 'has a conversation that ends with the wrong role' },
  'ground-truth-empty': { severity: 'error', says: 'has no ground truth' },
  'ground-truth-type': { severity: 'error', says: 'has a number as ground truth instead of a string', fix: safe('write the number as a string') },
  'ground-truth-format': { severity: 'error', says: 'has a number that its scorer never matches, such as 1,000 or $18', fix: safe('write the bare number') },
  'ground-truth-unverifiable': { severity: 'error', says: 'has a ground truth that its verifier cannot read' },
  'data-source-unknown': { severity: 'error', says: 'has a data_source without a reward function' },
  'verifier-unknown': { severity: 'error', says: 'names a verifier that is not there' },
  'step-index': { severity: 'error', says: 'has a step index outside its solution' },
  'step-leaks': { severity: 'error', says: 'has its target step in its own prompt' },
  'steps-missing': { severity: 'error', says: 'belongs to a solution whose steps are not all there' },
  'problem-differs': { severity: 'error', says: 'has another problem than the other steps of its solution' },
  duplicate: { severity: 'warning', says: 'is the same as an earlier record', fix: safe('keep the first') },
  'near-duplicate': { severity: 'warning', says: 'asks the same as an earlier record' },
  leakage: { severity: 'warning', says: 'is also in the test data', fix: approval('take it out of the training data') },
  'over-long': { severity: 'warning', says: 'has a prompt over the token limit', fix: approval('cut the prompt') },
  'control-characters': { severity: 'warning', says: 'holds control characters' },
  mojibake: { severity: 'warning', says: 'holds text that was decoded wrongly' },
  untrimmed: { severity: 'warning', says: 'has blanks at the ends of a text', fix: safe('trim the ends') },
  'not-nfc': { severity: 'warning', says: 'has letters that are not composed (Unicode NFC)', fix: safe('compose them') },
  'extra-field': { severity: 'warning', says: 'has a field that most records lack' },
  'mixed-types': { severity: 'warning', says: 'has a field of another type than in most records' },
  imbalance: { severity: 'warning', says: 'shares its ground truth with most records' },
  'too-few-records': { severity: 'warning', says: 'holds fewer records than one batch' },
} as const satisfies Record<string, DataRule>;

export type RuleId = keyof typeof table;

/** Every rule there is, in the order in which reports name them. */
export const rules: Readonly<Record<RuleId, DataRule>> = table;

// The keys of a constant object are its type's keys.
export const ruleIds = Object.keys(table) as readonly RuleId[];
