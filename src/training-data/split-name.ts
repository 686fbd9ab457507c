/** The purpose of the data, judging by its name. */
export type Use = 'train' | 'test';

const words =
  /(?:^|[/_.\-=])(train|training|test|testing|val|valid|validation|dev|eval|holdout)(?=[/_.\-=\d]|$)/gi;

/** The last matching word of the key decides: `test-bucket/gsm8k/train.jsonl` is training data. */
export function useOf(key: string): Use {
  const word = [...key.matchAll(words)].at(-1)?.[1]?.toLowerCase() ?? 'train';
  return word.startsWith('train') ? 'train' : 'test';
}
