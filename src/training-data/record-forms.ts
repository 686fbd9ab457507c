import { openInstructVerifiers, verlScorers } from './judge/verifiers.ts';
import { may, must, type RecordSchema, type SchemaName } from './schemas.ts';

/** Enough for a long problem. Trainers often allow less; `relight.yaml` can then lower it per tier. */
const tokenLimit = 4096;

/** The forms of records that are known, with the source that defines each. */
export const schemas: Readonly<Record<SchemaName, RecordSchema>> = {
  /** Supervised RL with whole solutions: https://arxiv.org/abs/2510.25992 */
  srl_steps: {
    name: 'srl_steps',
    fields: [must('id', 'id'), must('text', 'problem'), must('texts', 'steps')],
    asks: ['problem'],
    tokenLimit,
  },
  /** Supervised RL with one record per step. */
  srl_expanded: {
    name: 'srl_expanded',
    fields: [
      must('prompt', 'prompt'),
      must('text', 'expert_action'),
      must('integer', 'step_index'),
      must('integer', 'num_steps'),
      must('id', 'source_id'),
      may('text', 'problem'),
    ],
    asks: ['prompt'],
    tokenLimit,
  },
  /** https://verl.readthedocs.io/en/latest/preparation/prepare_data.html; DAPO-Math has the same columns. */
  verl: {
    name: 'verl',
    fields: [
      must('text', 'data_source'),
      must('messages', 'prompt'),
      must('object', 'reward_model'),
      must('truth', 'reward_model', 'ground_truth'),
      may('text', 'reward_model', 'style'),
      may('text', 'ability'),
      may('object', 'extra_info'),
    ],
    lastRole: 'user',
    truth: {
      path: ['reward_model', 'ground_truth'],
      chosenBy: ['data_source'],
      unknown: 'data-source-unknown',
      verifiers: verlScorers,
    },
    asks: ['prompt'],
    tokenLimit,
  },
  /**
   * GRPO and other trainers of prompt-only data; accuracy_reward reads `solution`:
   * https://huggingface.co/docs/trl/main/en/dataset_formats
   */
  trl: {
    name: 'trl',
    fields: [must('prompt', 'prompt'), may('truth', 'solution')],
    truth: { path: ['solution'], verifiers: [['*', 'math']] },
    asks: ['prompt'],
    tokenLimit,
  },
  sft: {
    name: 'sft',
    fields: [],
    oneOf: [
      [must('messages', 'messages')],
      [must('prompt', 'prompt'), must('answer', 'completion')],
      [must('text', 'text')],
    ],
    lastRole: 'assistant',
    asks: ['messages', 'prompt', 'text'],
    tokenLimit,
  },
  /** An assistant message at the end is the reference answer, which open-instruct removes from the prompt. */
  open_instruct: {
    name: 'open_instruct',
    fields: [must('messages', 'messages'), must('truth', 'ground_truth'), must('any', 'dataset')],
    truth: {
      path: ['ground_truth'],
      chosenBy: ['dataset'],
      unknown: 'verifier-unknown',
      anyCase: true,
      verifiers: openInstructVerifiers,
    },
    asks: ['messages'],
    tokenLimit,
  },
  /** https://github.com/openai/grade-school-math */
  gsm8k: {
    name: 'gsm8k',
    fields: [must('text', 'question'), must('truth', 'answer')],
    truth: { path: ['answer'], verifiers: [['*', 'gsm8k-answer']] },
    asks: ['question'],
    tokenLimit,
  },
  /** DPO and reward models: TRL, LLaMA-Factory (ranking) and OpenAI. The last set has the prompt in both answers. */
  preference: {
    name: 'preference',
    fields: [],
    oneOf: [
      [must('pair', 'chosen'), must('pair', 'rejected')],
      [must('prompt', 'prompt'), must('answer', 'chosen'), must('answer', 'rejected')],
      [must('messages', 'conversations'), must('answer', 'chosen'), must('answer', 'rejected')],
      [must('text', 'instruction'), must('answer', 'chosen'), must('answer', 'rejected')],
      [must('text', 'question'), must('answer', 'chosen'), must('answer', 'rejected')],
      [must('pair', 'chosen_messages'), must('pair', 'rejected_messages')],
      [
        must('messages', 'input', 'messages'),
        must('answer', 'preferred_output'),
        must('answer', 'non_preferred_output'),
      ],
    ],
    lastRole: 'user',
    asks: ['prompt', 'conversations', 'instruction', 'question', 'chosen', 'chosen_messages'],
    asksWith: ['input'],
    tokenLimit,
  },
  /** KTO: TRL (`label`) and LLaMA-Factory (`kto_tag`). One prompt usually has a good and a bad completion. */
  unpaired_preference: {
    name: 'unpaired_preference',
    fields: [],
    oneOf: [
      [must('prompt', 'prompt'), must('answer', 'completion'), must('boolean', 'label')],
      [must('messages', 'messages'), must('boolean', 'label')],
      [must('messages', 'messages'), must('boolean', 'kto_tag')],
      [must('messages', 'conversations'), must('boolean', 'label')],
      [must('messages', 'conversations'), must('boolean', 'kto_tag')],
      [must('text', 'instruction'), must('text', 'output'), must('boolean', 'kto_tag')],
    ],
    lastRole: 'assistant',
    asks: ['prompt', 'messages', 'conversations', 'instruction'],
    asksWith: ['input', 'completion', 'output'],
    tokenLimit,
  },
  /** Process reward models: https://huggingface.co/docs/trl/main/en/dataset_formats#stepwise-supervision */
  stepwise: {
    name: 'stepwise',
    fields: [must('prompt', 'prompt'), must('texts', 'completions'), must('flags', 'labels')],
    asks: ['prompt'],
    asksWith: ['completions'],
    tokenLimit,
  },
  /** https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md#sharegpt-format */
  sharegpt: {
    name: 'sharegpt',
    fields: [must('messages', 'conversations'), may('text', 'system')],
    lastRole: 'assistant',
    asks: ['conversations'],
    tokenLimit,
  },
  /** https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md#alpaca-format; `input` may replace `instruction`. */
  alpaca: {
    name: 'alpaca',
    fields: [may('text', 'instruction'), may('text', 'input'), must('text', 'output'), may('text', 'system')],
    asks: ['instruction'],
    asksWith: ['input', 'history'],
    tokenLimit,
  },
  /** MATH and its kin (https://github.com/hendrycks/math): the answer is the last box of `solution`, or `answer`. */
  math: {
    name: 'math',
    fields: [must('text', 'problem')],
    oneOf: [
      [must('truth', 'solution')],
      [must('any', 'answer')],
      [must('any', 'answer'), may('text', 'solution')],
    ],
    truth: { path: ['solution'], verifiers: [['*', 'boxed']] },
    asks: ['problem'],
    tokenLimit,
  },
  /** No known form: only the checks that apply to every record are run. */
  auto: { name: 'auto', fields: [], asks: [], tokenLimit },
};
