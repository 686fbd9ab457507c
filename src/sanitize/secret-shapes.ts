/** A match is the secret, or what stands before the secret as the first group and then the secret. */
interface SecretForm {
  readonly pattern: RegExp;
}

export const redactedMark = '[redacted]';

/** What stands where a secret was: alone, with a hash of it, or with what became of it in a difference. */
const anyMark = String.raw`\[redacted(?::[0-9a-f]{64}|, (?:same|changes))?\]`;
const onlyMark = new RegExp(`^${anyMark}$`);

export function isRedacted(text: string): boolean {
  return onlyMark.test(text);
}

/** The value of a named secret: in quotes, with spaces in it, in quotes that are escaped, or up to the next space. */
const value = String.raw`(?:"(?:[^"\\\n]|\\.){1,4000}"|'(?:[^'\\\n]|\\.){1,4000}'|\\+["'][^"'\\\n]{1,4000}|\{[^}\n]{0,4000}\}?|[^\s"',;&<>)\]}\\]+)`;

/** Names of secrets as variables, options and JSON keys end with them. */
const name = String.raw`(?:password|passwd|passphrase|(?<=[_-])(?<!(?:forward|backward|first|second|one|two|multi|single|per|each|by)[_-])(?:pass|pwd)|secret|secret[_-]?(?:access[_-]?)?key|(?:api|private|auth|signing|encryption|account|storage|master|shared|ssh|wandb|hf|hub|huggingface|kaggle|openai|anthropic|comet|neptune|app|session|tls|ssl|gpg|hmac|jwt|client)[_-]?key|access[_-]?key(?:[_-]?id)?|credentials?|connection[_-]?string)(?:[_-](?:base|old|new|prod|dev|test|primary|secondary)|[_-]?value|[_-]?\d{1,2})?`;

/** The tokens of a tokenizer are no secrets, and a log of training is full of them. */
const token = String.raw`(?<!(?:pad|eos|bos|unk|sep|cls|mask|image|stop|next|per|unexpected|invalid|max|min|num)[_ -]?)token`;

const between = String.raw`\\*["']?\]?[ \t]{0,3}`;

/** What an earlier form has taken out whole is left alone; what is glued to it is not. */
const notRedacted = String.raw`(?!${anyMark}(?:[\s"'&,;)\]}\\]|$))`;

/** Keeps what stands before the secret, so that a reader still sees what it was. */
function named(before: string, secret: string): SecretForm {
  return { pattern: new RegExp(`(${before})${notRedacted}${secret}`, 'gi') };
}

/** In this order: what has a form of its own, then what stands in URLs and headers, then what a name gives away. */
export const secretForms: readonly SecretForm[] = [
  {
    pattern:
      /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?:(?!-----BEGIN )[\s\S]){0,20000}?-----END [A-Z ]{0,40}PRIVATE KEY-----|[A-Za-z0-9+/=\s\\]{0,20000})/g,
  },
  // A line out of the middle of a key; a digest in hexadecimal has no capital beside a small letter.
  {
    pattern:
      /^[ \t]{0,40}(?=[A-Za-z0-9+/]{0,47}[A-Z])(?=[A-Za-z0-9+/]{0,47}[a-z])[A-Za-z0-9+/]{48,}={0,2}[ \t]{0,40}$/gm,
  },
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  {
    pattern: /(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AIPA|ANPA|ANVA|APKA|AROA|ASCA)[A-Z0-9]{16,}/g,
  },
  // Session tokens of AWS begin like this.
  { pattern: /(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/=%]+/g },
  // Hugging Face, Slack, GitHub, GitLab, NVIDIA, Google, PyPI, Docker, DigitalOcean, Databricks.
  {
    pattern:
      /(?:hf_|api_org_|gh[opsur]_|xox[a-z]-|xapp-|github_pat_|glpat-|nvapi-|AIza|pypi-|GOCSPX-|ya29\.|dckr_pat_|dop_v1_|dapi(?=[0-9a-f]{32}))[\w-]{16,}/g,
  },
  // npm, Weights & Biases, Stripe, Replicate, Vault, Groq, xAI, LangSmith, Grafana: their beginnings end other words too.
  {
    pattern:
      /(?<![A-Za-z0-9])(?:npm_|wandb_v1_|[rs]k_(?:live|test)_|r8_|hvs\.|gsk_|xai-|lsv2_[ps][kt]_|glsa_)[\w-]{16,}/g,
  },
  // OpenAI, Anthropic, SendGrid: a name of a job (`sk-learn-…`) has not all kinds of letters in it.
  {
    pattern:
      /(?<![A-Za-z0-9])(?:sk-|SG\.)(?=[\w.-]{0,80}[A-Z])(?=[\w.-]{0,80}[a-z])(?=[\w.-]{0,80}\d)[\w-]{16,}(?:\.[\w-]{16,})?/g,
  },
  // JSON web tokens. A long one is known without its dots: looking for them from every `eyJ` took quadratic time.
  { pattern: /eyJ(?:[\w-]{40,}(?:\.[\w-]*){0,2}|[\w-]{5,39}\.[\w-]{5,}(?:\.[\w-]*)?)/g },
  named(
    String.raw`(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks)\/`,
    String.raw`[\w/-]+`,
  ),
  // A password may hold an unescaped `@`: the last one ends it.
  { pattern: /([a-z][a-z0-9+.-]{1,30}:\/\/)(?!\[redacted)[^\s/?#"'<>]{1,1000}(?=@)/gi },
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
  // HF_TOKEN=x, "token": "x"; in a sentence (`unexpected token: }`) only what is as long as a token.
  named(String.raw`${token}(?:[ \t]{0,3}=|\\*["']\]?[ \t]{0,3}[:=])[ \t]{0,3}`, value),
  named(String.raw`${token}(?::[ \t]{0,3}|[ \t]{1,3}(?=\S*\d))`, String.raw`[\w+/=.~-]{16,}`),
  // A secret key of AWS alone: 40 letters of base64 with all kinds in it, which a commit hash has not.
  {
    pattern:
      /(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[g-z])(?=[A-Za-z0-9/+]{0,39}\d)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g,
  },
  // An API key of Weights & Biases has no form of its own: 40 hexadecimal digits after its name.
  { pattern: /(wandb[^\n]{0,60}?(?:key|login|token)[^\n0-9a-f]{0,20})[0-9a-f]{40}(?![0-9a-f])/gi },
];

/** What stands in the place of a secret. */
export type Replacement = (secret: string) => string;

/**
 * Removes secrets from text that people will read. Where it is not sure it removes too much: a log line that lost a
 * word still helps, a token in Slack is read by everybody in the channel. It cannot know a secret that has neither a
 * form of its own nor a name before it.
 */
export function redact(text: string): string {
  return replaceSecrets(text, () => redactedMark);
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
