import { gone, secretForms } from './secret-shapes.ts';

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

const endOfKey = /-----END [A-Z ]{0,40}PRIVATE KEY-----/g;

/** The end of a private key whose beginning is not in the text: back to what cannot be part of it. */
function withoutEndOfKey(text: string, by: Replacement): string {
  const parts: string[] = [];
  let done = 0;
  for (const { 0: mark, index } of text.matchAll(endOfKey)) {
    let start = index;
    while (start > done && /[A-Za-z0-9+/=\s\\]/.test(text.charAt(start - 1))) start -= 1;
    if (start > done && /\s/.test(text.charAt(start))) start += 1;
    const after = index + mark.length;
    parts.push(text.slice(done, start), by(text.slice(start, after)));
    done = after;
  }
  return parts.join('') + text.slice(done);
}
