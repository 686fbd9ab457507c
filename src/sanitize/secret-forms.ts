/** A match is the secret, optionally preceded by a first group that is kept. */
interface SecretForm {
  readonly pattern: RegExp;
}

export const redactedMark = '[redacted]';

/** A replaced secret: the bare mark, the mark with a hash, or the mark of a changed field. */
export const anyMark = String.raw`\[redacted(?::[0-9a-f]{64}|, (?:same|changes))?\]`;

/** The value of a named secret: quoted and possibly with spaces, in escaped quotes, or up to the next space. */
const value = String.raw`(?:"(?:[^"\\\n]|\\.){1,4000}"|'(?:[^'\\\n]|\\.){1,4000}'|\\+["'][^"'\\\n]{1,4000}|\{[^}\n]{0,4000}\}?|[^\s"',;&<>)\]}\\]+)`;

/** How names of secret variables, options and JSON keys end. */
const name = String.raw`(?:password|passwd|passphrase|(?<=[_-])(?<!(?:forward|backward|first|second|one|two|multi|single|per|each|by)[_-])(?:pass|pwd)|secret|secret[_-]?(?:access[_-]?)?key|(?:api|private|auth|signing|encryption|account|storage|master|shared|ssh|wandb|hf|hub|huggingface|kaggle|openai|anthropic|comet|neptune|app|session|tls|ssl|gpg|hmac|jwt|client)[_-]?key|access[_-]?key(?:[_-]?id)?|credentials?|connection[_-]?string)(?:[_-](?:base|old|new|prod|dev|test|primary|secondary)|[_-]?value|[_-]?\d{1,2})?`;

/** Tokenizer tokens are not secrets, and training logs are full of them. */
const token = String.raw`(?<!(?:pad|eos|bos|unk|sep|cls|mask|image|stop|next|per|unexpected|invalid|max|min|num)[_ -]?)token`;

const between = String.raw`\\*["']?\]?[ \t]{0,3}`;

/** Skips what an earlier form replaced entirely, but not text attached to it. */
const notRedacted = String.raw`(?!${anyMark}(?:[\s"'&,;)\]}\\]|$))`;

/** Keeps the text before the secret, so that a reader still sees what it was. */
function named(before: string, secret: string): SecretForm {
  return { pattern: new RegExp(`(${before})${notRedacted}${secret}`, 'gi') };
}

/** In this order: secrets with a distinctive shape, secrets in URLs and headers, secrets identified by a name. */
export const secretForms: readonly SecretForm[] = [
  {
    pattern:
      /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?:(?!-----BEGIN )[\s\S]){0,20000}?-----END [A-Z ]{0,40}PRIVATE KEY-----|[A-Za-z0-9+/=\s\\]{0,20000})/g,
  },
  // A line from the middle of a key. A hexadecimal digest never mixes upper and lower case.
  {
    pattern:
      /^[ \t]{0,40}(?=[A-Za-z0-9+/]{0,47}[A-Z])(?=[A-Za-z0-9+/]{0,47}[a-z])[A-Za-z0-9+/]{48,}={0,2}[ \t]{0,40}$/gm,
  },
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  {
    pattern: /(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AIPA|ANPA|ANVA|APKA|AROA|ASCA)[A-Z0-9]{16,}/g,
  },
  // AWS session tokens start like this.
  { pattern: /(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/=%]+/g },
  // Hugging Face, Slack, GitHub, GitLab, NVIDIA, Google, PyPI, Docker, DigitalOcean, Databricks.
  {
    pattern:
      /(?:hf_|api_org_|gh[opsur]_|xox[a-z]-|xapp-|github_pat_|glpat-|nvapi-|AIza|pypi-|GOCSPX-|ya29\.|dckr_pat_|dop_v1_|dapi(?=[0-9a-f]{32}))[\w-]{16,}/g,
  },
  // npm, Weights & Biases, Stripe, Replicate, Vault, Groq, xAI, LangSmith, Grafana: only at the start of a word, since other words end in these prefixes.
  {
    pattern:
      /(?<![A-Za-z0-9])(?:npm_|wandb_v1_|[rs]k_(?:live|test)_|r8_|hvs\.|gsk_|xai-|lsv2_[ps][kt]_|glsa_)[\w-]{16,}/g,
  },
  // OpenAI, Anthropic, SendGrid. Requires upper case, lower case and digits, so job names (`sk-learn-…`) do not match.
  {
    pattern:
      /(?<![A-Za-z0-9])(?:sk-|SG\.)(?=[\w.-]{0,80}[A-Z])(?=[\w.-]{0,80}[a-z])(?=[\w.-]{0,80}\d)[\w-]{16,}(?:\.[\w-]{16,})?/g,
  },
  // JSON web tokens. A long one needs no dots: searching for them from every `eyJ` took quadratic time.
  { pattern: /eyJ(?:[\w-]{40,}(?:\.[\w-]*){0,2}|[\w-]{5,39}\.[\w-]{5,}(?:\.[\w-]*)?)/g },
  named(
    String.raw`(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks)\/`,
    String.raw`[\w/-]+`,
  ),
  // A password may contain an unescaped `@`: the last one ends it. Looking back from `//` is fast: looking ahead tried 30
  // letters from each letter.
  { pattern: /(?<=[a-z][a-z0-9+.-]{1,30}:\/\/)(?!\[redacted)[^\s/?#"'<>]{1,1000}(?=@)/gi },
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  named(
    String.raw`X-Amz-(?:Signature|Credential|Security-Token)${between}[=:][ \t]{0,3}["']?`,
    String.raw`[^\s&"',<>]+`,
  ),
  named(
    '[?&](?:AWSAccessKeyId|Signature|sig|key|token|access_token|auth|code|client_secret)=',
    String.raw`[^\s&"'<>]+`,
  ),
  named(String.raw`\bSignature=`, '[0-9a-z%/+=]{16,}'),
  named(String.raw`\bAuthorization${between}[=:][ \t]{0,3}`, String.raw`(?:"[^"\n]+"|'[^'\n]+'|[^\n"',}]+)`),
  named(String.raw`\b(?:Set-)?Cookie${between}[=:][ \t]{0,3}`, String.raw`[^\n"']{1,4000}`),
  // netrc, on one line.
  named(String.raw`\blogin[ \t]{1,3}[^\s]{1,100}[ \t]{1,3}password[ \t]{1,3}`, value),
  named(String.raw`\bBearer[ \t]{1,3}`, String.raw`[\w+/=.~:-]{4,}`),
  { pattern: /\b(Basic[ \t]{1,3})(?=\S*[\dA-Z=])[A-Za-z0-9+/]{8,}={0,2}/g },
  // --token x, --api-key=x, ['--password', 'x y']
  named(
    String.raw`(?<![\w-])--?[\w-]{0,60}(?:${name}|${token})(?:[ \t]{1,3}|=|\\{0,8}["'],[ \t]{0,3})`,
    value,
  ),
  // DB_PASSWORD=x, "secret": "x", api_key: x
  named(String.raw`${name}${between}(?:=>|[=:])[ \t]{0,3}`, value),
  // HF_TOKEN=x, "token": "x"; in a sentence (`unexpected token: }`) only values as long as a token.
  named(String.raw`${token}(?:[ \t]{0,3}=|\\*["']\]?[ \t]{0,3}[:=])[ \t]{0,3}`, value),
  named(String.raw`${token}(?::[ \t]{0,3}|[ \t]{1,3}(?=\S*\d))`, String.raw`[\w+/=.~-]{16,}`),
  // A bare AWS secret key: 40 base64 characters with mixed case and digits, unlike a commit hash.
  {
    pattern:
      /(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[g-z])(?=[A-Za-z0-9/+]{0,39}\d)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g,
  },
  // A Weights & Biases API key has no distinctive shape: 40 hexadecimal digits after its name.
  { pattern: /(wandb[^\n]{0,60}?(?:key|login|token)[^\n0-9a-f]{0,20})[0-9a-f]{40}(?![0-9a-f])/gi },
];
