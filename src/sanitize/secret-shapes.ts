import { anyMark, redactedMark, secretForms } from './secret-forms.ts';

const onlyMark = new RegExp(`^${anyMark}$`);

export function isRedacted(text: string): boolean {
  return onlyMark.test(text);
}

/** Returns the replacement for a secret. */
export type Replacement = (secret: string) => string;

/**
 * Removes secrets from text that people will read. When in doubt it removes too much: a log line without one word still
 * helps, but a token in Slack is visible to everyone in the channel. It cannot detect a secret that has neither a
 * distinctive shape nor a name before it.
 */
export function redact(text: string): string {
  return replaceSecrets(text, () => redactedMark);
}

/** Replaces each secret and nothing else, so that restoring the secrets restores the exact text. */
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

/** Replaces the end of a private key whose start is missing, back to the first character that cannot be part of it. */
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
