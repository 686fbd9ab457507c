import { gone, secretForms } from './secret-forms.ts';

/** What stands in the place of a secret. */
export type Replacement = (secret: string) => string;

/**
 * Removes secrets from text that people will read. Where it is not sure it removes too much: a log line that lost a
 * word still helps, a token in Slack is read by everybody in the channel. It cannot know a secret that has neither a
 * form of its own nor a name before it.
 */
export function redact(text: string): string {
  return replaceSecrets(text, () => gone);
}

/** Replaces each secret, and nothing else: putting the secrets back gives the same text again. */
export function replaceSecrets(text: string, by: Replacement): string {
  const known = secretForms.reduce(
    (rest, { pattern }) =>
      rest.replace(pattern, (match: string, before?: unknown) => {
        const kept = typeof before === 'string' ? before : '';
        return `${kept}${by(match.slice(kept.length))}`;
      }),
    text,
  );
  return withoutEndOfKey(known, by);
}

/** The end of a private key whose beginning is not in the text: back to what cannot be part of it. */
function withoutEndOfKey(text: string, by: Replacement): string {
  const end = /-----END [A-Z ]{0,40}PRIVATE KEY-----/.exec(text);
  if (end === null) return text;
  let start = end.index;
  while (start > 0 && /[A-Za-z0-9+/=\s\\]/.test(text.charAt(start - 1))) start -= 1;
  if (start > 0 && /\s/.test(text.charAt(start))) start += 1;
  const after = end.index + end[0].length;
  return `${text.slice(0, start)}${by(text.slice(start, after))}${withoutEndOfKey(text.slice(after), by)}`;
}
