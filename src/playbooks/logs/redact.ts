import { gone, secretForms } from './secret-forms.ts';

/**
 * Takes secrets out of text that goes into a thread. Where it is not sure it takes too much: a log line that lost a
 * word still helps, a token in Slack is read by everybody in the channel. It cannot know a secret that has neither a
 * form of its own nor a name before it.
 */
export function redact(text: string): string {
  const known = secretForms.reduce((rest, { pattern, by }) => rest.replace(pattern, by), text);
  return withoutEndOfKey(known);
}

/** The end of a private key whose beginning is not in the text: back to what cannot be part of it. */
function withoutEndOfKey(text: string): string {
  const end = /-----END [A-Z ]{0,40}PRIVATE KEY-----/.exec(text);
  if (end === null) return text;
  let start = end.index;
  while (start > 0 && /[A-Za-z0-9+/=\s\\]/.test(text.charAt(start - 1))) start -= 1;
  const rest = text.slice(end.index + end[0].length);
  return `${text.slice(0, start)}${start === 0 ? '' : '\n'}${gone}${withoutEndOfKey(rest)}`;
}
