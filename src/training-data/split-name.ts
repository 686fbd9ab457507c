/** What the data is for, as far as its name tells. */
export type Use = 'train' | 'test';

const words =
  /(?:^|[/_.\-=])(train|training|test|testing|val|valid|validation|dev|eval|holdout)(?=[/_.\-=\d]|$)/gi;

/** The last word of the key that says it: `test-bucket/gsm8k/train.jsonl` is for training. */
export function useOf(key: string): Use {
  const word = [...key.matchAll(words)].at(-1)?.[1]?.toLowerCase() ?? 'train';
  return word.startsWith('train') ? 'train' : 'test';
}
