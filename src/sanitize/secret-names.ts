/** Words that mark a secret anywhere in the name of a variable, hyperparameter, option or JSON key: `DB_PASSWORD_OLD`, `secretValue`, `openai-api-key-2`. */
const strong =
  /(?:^|_)(?:[a-z0-9]{0,40}(?:password|passwd|passphrase|passcode|secret|apikey|credential|accesskey|secretkey|privatekey|authkey)s?|(?:api|access|secret|private|auth|signing|encryption|account|storage|master|ssh|deploy|subscription|webhook|shared|license|app|session|tls|ssl|gpg|pgp|hmac|jwt|rsa|client)_keys?|(?:wandb|hf|hub|huggingface|kaggle|openai|anthropic|comet|neptune|gemini|cohere|mistral|datadog|sentry)_keys?|connection_string|authorization|basic_auth|bearer|netrc|cookies?)(?:_|$)/;

/** After a strong word, these suffixes describe a secret instead of holding it. */
const about =
  /_(?:arn|name|path|file|filename|dir|folder|region|version|count|num|length|len|size|type|field|column|ttl|expiry|policy|manager|env|var|required|enabled|mode|provider|store|scope)s?$/;

/** Words that mark a secret only at the end of a name. */
const weak =
  /(?:^|_)(?:[a-z0-9]{0,40}token(?:_(?:value|string|secret))?|(?:api|access|auth|bearer|refresh)_tokens)$/;
const short = /[a-z0-9]_(?:pass|pwd|pat|pem|pw)$/;

/** Not secrets: vocabulary tokens, passes over data, file patterns. */
const vocabulary =
  /(?:^|_)(?:pad|eos|bos|unk|sep|cls|mask|image|video|audio|vision|stop|next|per|unexpected|invalid|max|min|num|special|prompt|response|think|reward)_?token$/;
const passes =
  /(?:forward|backward|first|second|one|two|multi|single|per|each|by|file|glob)_(?:pass|pwd|pat|pem|pw)$/;

/** Values that cannot be secrets: booleans, ARNs in a secret store, variable names. */
const harmless =
  /^(?:|true|false|yes|no|on|off|none|null|nil|undefined|arn:aws[a-z-]{0,20}:[^\s]{1,2000}|\$\{?[A-Z_][A-Z0-9_]{0,100}\}?)$/i;
/** Additional values that cannot be secret tokens: numbers and special tokens of a tokenizer. */
const harmlessToken = /^(?:-?\d{1,6}(?:\.\d{1,6})?|<[^<>\s]{1,60}>|\[[A-Z_]{1,20}\])$/;

/** Normalizes `wandbApiKey`, `WANDB-API-KEY` and `wandb.api.key` to `wandb_api_key`. */
function normalized(name: string): string {
  return name
    .slice(0, 300)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$|_?\d{1,4}$/g, '')
    .toLowerCase();
}

type Kind = 'secret' | 'token' | undefined;

function kindOf(name: string): Kind {
  const plain = normalized(name);
  if (strong.test(plain)) return about.test(plain) ? undefined : 'secret';
  if (weak.test(plain)) return vocabulary.test(plain) ? undefined : 'token';
  return short.test(plain) && !passes.test(plain) ? 'secret' : undefined;
}

export function isSecretName(name: string): boolean {
  return kindOf(name) !== undefined;
}

/** Whether this value under this name is a secret. */
export function isSecret(name: string, value: string): boolean {
  const kind = kindOf(name);
  if (kind === undefined) return false;
  const bare = value
    .slice(0, 3_000)
    .trim()
    .replace(/^(["'])(.{0,2000})\1$/, '$2');
  return !harmless.test(bare) && !(kind === 'token' && harmlessToken.test(bare));
}

/** Like isSecret, for a dotted path into a request, such as `Environment.WANDB_API_KEY`. */
export function isSecretPath(path: string, value: string): boolean {
  return isSecret(path, value) || path.split('.').some((segment) => isSecret(segment, value));
}

/** Whether the next argument of a command line is a secret, as after `--api-key`. */
export function isSecretFlag(item: unknown): boolean {
  return typeof item === 'string' && /^--?[A-Za-z][\w-]{0,80}$/.test(item) && isSecretName(item);
}
