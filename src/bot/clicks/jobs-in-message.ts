import { isJobName } from '../../training-job/job-name.ts';

/** Longer messages are cut: anyone can write one. */
const maxText = 20_000;
const maxDepth = 12;
const maxNames = 8;

/** Where AWS writes the name of a job: its ARN, a link to the console, the name of a field. */
const labeled = /(?:training-job\/|#\/jobs\/|TrainingJobName\W{1,8})([a-zA-Z0-9-]{1,63})/gi;

/**
 * The words of a Slack message that may be names of training jobs, the likeliest first. The message is untrusted, and a
 * bot may have put its text into blocks or attachments.
 * @param isKnown whether a word is the name of a job that Relight looks after
 */
export function jobNamesIn(message: unknown, isKnown: (word: string) => boolean): readonly string[] {
  const text = textsIn(message).join('\n').slice(0, maxText);
  const named = [...text.matchAll(labeled)].map(([, name = '']) => name);
  const words = text.split(/[^a-zA-Z0-9-]+/);
  const known = words.filter(isKnown);
  const likely = words.filter((word) => /\d/.test(word) && /[a-z]/i.test(word) && word.includes('-'));
  const names = [...named, ...known, ...likely].map((word) => word.replace(/^-+|-+$/g, ''));
  return [...new Set(names)].filter(isJobName).slice(0, maxNames);
}

/** The texts under the keys in which Slack keeps the visible text of a message. */
function textsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > maxDepth) return [];
  const parts = Array.isArray(value)
    ? value
    : Object.entries(value).flatMap(([key, part]) => (visible.has(key) ? [part] : []));
  return parts.flatMap((part) => textsIn(part, depth + 1));
}

const visible: ReadonlySet<string> = new Set([
  'text',
  'blocks',
  'attachments',
  'elements',
  'fields',
  'title',
  'title_link',
  'pretext',
  'fallback',
  'value',
  'url',
]);
