/** Keys from the record inward. */
export type Path = readonly string[];

/**
 * How the ground truth is compared. `number`: as a bare number. `number-in-words`: the verifier removes commas and
 * `$`. `gsm8k-answer`: a solution that ends with `#### 72`. `math`: anything a LaTeX parser understands. `tests`:
 * JSON. `string`: not blank. `any`: anything, even nothing.
 */
export type Verifier = (typeof verifierNames)[number];

export const verifierNames = [
  'number',
  'number-in-words',
  'gsm8k-answer',
  'math',
  'tests',
  'string',
  'any',
] as const;

export interface Truth {
  readonly path: Path;
  /** The field whose value names the verifier. Without it, the table has only one verifier. */
  readonly chosenBy?: Path;
  /** The rule that an unknown name breaks. */
  readonly unknown?: 'data-source-unknown' | 'verifier-unknown';
  /** Name → verifier. A name may end with `*`; the first match counts. */
  readonly verifiers: readonly (readonly [name: string, verifier: Verifier])[];
}

/** Names of verl: https://github.com/volcengine/verl/blob/main/verl/utils/reward_score/__init__.py */
export const verlScorers: Truth['verifiers'] = [
  ['openai/gsm8k', 'number'],
  ['lighteval/MATH', 'math'],
  ['DigitalLearningGmbH/MATH-lighteval', 'math'],
  ['HuggingFaceH4/MATH-500', 'math'],
  ['math_dapo', 'math'],
  ['math', 'math'],
  ['aime*', 'math'],
  ['numina_*', 'math'],
  ['codecontests', 'tests'],
  ['apps', 'tests'],
  ['codeforces', 'tests'],
  ['taco', 'tests'],
  ['hiyouga/geometry3k', 'math'],
  ['searchR1_*', 'any'],
];

/** Names from open-instruct: https://github.com/allenai/open-instruct/blob/main/open_instruct/ground_truth_utils.py */
export const openInstructVerifiers: Truth['verifiers'] = [
  ['gsm8k', 'number-in-words'],
  ['math', 'math'],
  ['strict_math', 'math'],
  ['ifeval', 'tests'],
  ['ifeval_old', 'tests'],
  ['flan', 'string'],
  ['string_matcher', 'string'],
  ['string_f1', 'string'],
  ['puzzle', 'string'],
  ['max_length', 'number-in-words'],
  ['code*', 'tests'],
  ['passthrough', 'any'],
];
