/** Keys from the record inward. */
export type Path = readonly string[];

/**
 * How the ground truth is compared. `number`: as a bare number. `number-as-text`: the same, and a JSON number is
 * turned into text first. `number-in-words`: the verifier removes commas and
 * `$`. `gsm8k-answer`: a solution that ends with `#### 72`. `math`: anything a LaTeX parser understands. `latex`: as
 * text, without the differences of LaTeX spelling. `boxed`: the last box of a solution. `tests`: JSON. `in-out-tests`:
 * tests with `inputs` and `outputs`. `constraints`, `function`, `rubric`: the objects of open-instruct's ifeval,
 * ifeval_old and rubric. `length`: a number of tokens. `target`: an object with `target`. `string`: not blank.
 * `strings`: the same, or a list of alternatives. `any`: anything, even nothing.
 */
export type Verifier = (typeof verifierNames)[number];

export const verifierNames = [
  'number',
  'number-as-text',
  'number-in-words',
  'gsm8k-answer',
  'math',
  'latex',
  'boxed',
  'tests',
  'in-out-tests',
  'constraints',
  'function',
  'rubric',
  'length',
  'target',
  'string',
  'strings',
  'any',
] as const;

export interface Truth {
  readonly path: Path;
  /** The field whose value names the verifier. Without it, the table has only one verifier. */
  readonly chosenBy?: Path;
  /** The rule that an unknown name breaks. */
  readonly unknown?: 'data-source-unknown' | 'verifier-unknown';
  /** Names are looked up in lower case. */
  readonly anyCase?: boolean;
  /** Name → verifier. A name may end with `*`; the first match counts. */
  readonly verifiers: readonly (readonly [name: string, verifier: Verifier])[];
}

/** Names of verl: https://github.com/volcengine/verl/blob/main/verl/utils/reward_score/__init__.py */
export const verlScorers: Truth['verifiers'] = [
  ['openai/gsm8k', 'number'],
  ['lighteval/MATH', 'latex'],
  ['DigitalLearningGmbH/MATH-lighteval', 'latex'],
  ['HuggingFaceH4/MATH-500', 'latex'],
  ['math_dapo', 'latex'],
  ['math_dapo_reasoning', 'latex'],
  ['math', 'latex'],
  ['aime*', 'latex'],
  ['numina_aops_forum', 'latex'],
  ['numina_synthetic_math', 'latex'],
  ['numina_amc_aime', 'latex'],
  ['numina_synthetic_amc', 'latex'],
  ['numina_cn_k12', 'latex'],
  ['numina_olympiads', 'latex'],
  ['codecontests', 'in-out-tests'],
  ['apps', 'in-out-tests'],
  ['codeforces', 'in-out-tests'],
  ['taco', 'in-out-tests'],
  ['hiyouga/geometry3k', 'latex'],
  ['searchR1_nq', 'target'],
  ['searchR1_triviaqa', 'target'],
  ['searchR1_popqa', 'target'],
  ['searchR1_hotpotqa', 'target'],
  ['searchR1_2wikimultihopqa', 'target'],
  ['searchR1_musique', 'target'],
  ['searchR1_bamboogle', 'target'],
];

/** Names from open-instruct: https://github.com/allenai/open-instruct/blob/main/open_instruct/ground_truth_utils.py */
export const openInstructVerifiers: Truth['verifiers'] = [
  ['gsm8k', 'number-as-text'],
  ['math', 'latex'],
  ['strict_math', 'latex'],
  ['ifeval', 'constraints'],
  ['ifeval_old', 'function'],
  ['flan', 'string'],
  ['string_matcher', 'string'],
  ['string_f1', 'strings'],
  ['puzzle', 'string'],
  ['re_search', 'strings'],
  ['re_search_f1', 'string'],
  ['max_length', 'length'],
  ['up_to_max_length', 'length'],
  ['code', 'tests'],
  ['code_stdio', 'tests'],
  ['rubric', 'rubric'],
  ['passthrough', 'any'],
  ['general-quality', 'any'],
  ['general-quality_rubric', 'any'],
  ['general-quality_ref', 'any'],
  ['general-safety', 'any'],
  ['general-factuality', 'any'],
  ['general-creative_writing', 'any'],
  ['general-refusal', 'any'],
  ['general-web_instruct_general_verifier', 'any'],
];
