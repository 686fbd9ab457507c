import { type Replacement, replaceSecrets } from './redact.ts';
import { isSecret, isSecretPath } from './secret-names.ts';
import { isGone } from './secret-shapes.ts';
import { secretsInJson } from './secrets-in-json.ts';

/** Digests, commit hashes and ids in hexadecimal: never a secret unless their name says so. */
const digest = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i;
const s3Address = /^s3:\/\/\S+$/;

/** Replaces the secrets in a text of any kind: plain, JSON, or an address in S3. */
export function secretsInText(text: string, by: Replacement): string {
  if (text === '' || digest.test(text)) return text;
  // Segment by segment, so that a secret is found alike in the address of a folder and of what is in it.
  if (s3Address.test(text))
    return text
      .split('/')
      .map((segment) => replaceSecrets(segment, by))
      .join('/');
  return secretsInJson(text, by, secretsInText) ?? replaceSecrets(text, by);
}

/** The same for text that stands under a name: a variable, a hyperparameter, a key of JSON. */
export function secretsUnder(name: string, text: string, by: Replacement): string {
  const inside = secretsInText(text, by);
  // JSON under a name such as `credentials` is a secret as a whole.
  return isSecret(name, text) ? replacedWhole(text, by) : inside;
}

/** The same for the value of a field in a request, such as `Environment.WANDB_API_KEY`. */
export function secretsAtPath(path: string, text: string, by: Replacement): string {
  const inside = secretsInText(text, by);
  return isSecretPath(path, text) ? replacedWhole(text, by) : inside;
}

/** What has been replaced already stays as it is. */
function replacedWhole(text: string, by: Replacement): string {
  return isGone(text) ? text : by(text);
}
