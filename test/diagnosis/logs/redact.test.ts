import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../../src/sanitize/secret-shapes.ts';

const small = 'abcdefghijklmnopqrstuvwxyz';
const large = small.toUpperCase();
const digits = '0123456789';

function letters(alphabet: string, minLength: number, maxLength = minLength): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...alphabet.split('')), { minLength, maxLength })
    .map((characters) => characters.join(''));
}

const word = letters(small + large + digits, 8, 40);
const awkward = letters(`${small}${large}${digits}!#$%*+.^_~|-`, 6, 40);

/** A secret, and a text that contains it. */
interface Planted {
  readonly secret: string;
  readonly text: string;
}

function planted(secrets: fc.Arbitrary<string>, ...frames: readonly string[]): fc.Arbitrary<Planted> {
  return fc
    .tuple(secrets, fc.constantFrom(...frames))
    .map(([secret, frame]) => ({ secret, text: frame.replace('SECRET', () => secret) }));
}

const bare = [
  'SECRET',
  'token SECRET was refused',
  '"SECRET"',
  "('SECRET',)",
  'key=SECRET;',
  'a\\nSECRET\\nb',
];

const forms: Readonly<Record<string, fc.Arbitrary<Planted>>> = {
  'an AWS access key id': planted(
    fc.tuple(fc.constantFrom('AKIA', 'ASIA'), letters(large + digits, 16)).map((parts) => parts.join('')),
    ...bare,
  ),
  'an AWS secret key': planted(
    letters(`${small}${large}${digits}/+`, 37).map((rest) => `Zz7${rest}`),
    'aws_secret_access_key = SECRET',
    'AWS_SECRET_ACCESS_KEY=SECRET',
    "'SecretAccessKey': 'SECRET'",
    'boto3.client("s3", "x", SECRET)',
  ),
  'an AWS session token': planted(
    letters(`${small}${large}${digits}/+`, 100, 300).map((rest) => `IQoJb3JpZ2lu${rest}==`),
    ...bare,
  ),
  'a Hugging Face token': planted(
    letters(small + large + digits, 34).map((rest) => `hf_${rest}`),
    ...bare,
  ),
  'a Slack token': planted(
    fc
      .tuple(fc.constantFrom('xoxb', 'xoxp', 'xoxe'), letters(digits, 12), word)
      .map(([kind, team, rest]) => `${kind}-${team}-${rest}`),
    ...bare,
  ),
  'a GitHub token': planted(
    letters(small + large + digits, 36).map((rest) => `ghp_${rest}`),
    ...bare,
  ),
  'a bearer token': planted(
    word,
    'Authorization: Bearer SECRET',
    "{'authorization': 'bearer SECRET', 'accept': '*/*'}",
    'curl -H "Authorization: Bearer SECRET" https://x',
  ),
  'what an option is given': planted(
    awkward.filter((secret) => !secret.startsWith('-')),
    'python train.py --token SECRET --epochs 1',
    'python train.py --hub-token=SECRET',
    '--api-key SECRET',
    "['train.py', '--password', 'SECRET', '--epochs', '1']",
    '[\\"train.py\\",\\"--api-key\\",\\"SECRET\\",\\"--epochs\\"]',
    '--db_password "SECRET with spaces"',
  ),
  'what a variable is set to': planted(
    awkward,
    'export HF_TOKEN=SECRET',
    'WANDB_API_KEY=SECRET python train.py',
    '{"api_key": "SECRET", "model": "m"}',
    '{\\"token\\": \\"SECRET\\"}',
    'client_secret: SECRET',
    "os.environ['DB_PASSWORD'] = 'SECRET'",
    "os.environ['HF_TOKEN'] = 'SECRET'",
    "Namespace(token='SECRET', lr=0.1)",
  ),
  'a password in a URL': planted(
    letters(`${small}${large}${digits}!$%*+.^_~-:`, 3, 40),
    'postgresql://mlflow:SECRET@db.internal:5432/x',
    'git clone https://SECRET@github.com/org/repo.git',
    'redis://:SECRET@10.0.0.1',
  ),
  'the signature of a presigned URL': planted(
    letters('abcdef0123456789', 64),
    'GET https://b.s3.amazonaws.com/k?X-Amz-Date=20261123T000000Z&X-Amz-Signature=SECRET',
    "https://b.s3.amazonaws.com/k?X-Amz-Signature=SECRET&x-id=GetObject'",
    'https://b.s3.amazonaws.com/k?AWSAccessKeyId=x&Signature=SECRET&Expires=1',
  ),
  'a private key': planted(
    letters(`${small}${large}${digits}+/`, 64),
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nSECRET\nabc\n-----END RSA PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\nMIIE\nSECRET',
    'SECRET\nabc=\n-----END PRIVATE KEY-----',
    'SECRET\n',
    '"-----BEGIN PRIVATE KEY-----\\nSECRET\\n-----END PRIVATE KEY-----\\n"',
  ),
};

/** A piece of the secret that is still in the text. */
function leaked(secret: string, text: string): string | undefined {
  const piece = Math.min(secret.length, 6);
  const pieces = Array.from({ length: secret.length - piece + 1 }, (_, at) => secret.slice(at, at + piece));
  return pieces.find((part) => text.includes(part));
}

describe('redaction', () => {
  it.each(Object.keys(forms))('removes %s anywhere in the text', (form) => {
    const noise = fc.string({ maxLength: 80, unit: 'binary' });
    const secrets = forms[form] ?? fc.constant({ secret: 'x', text: 'x' });
    fc.assert(
      fc.property(secrets, noise, noise, ({ secret, text }, before, after) => {
        // The text around the secret may contain a piece of it by chance.
        const surroundings = [before, ...text.split(secret), after].join('\n');
        fc.pre(leaked(secret, surroundings) === undefined);
        expect(leaked(secret, redact(`${before}\n${text}\n${after}`))).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    'RuntimeError: CUDA out of memory. Tried to allocate 7.81 GiB. GPU 7 has a total capacity of 22.19 GiB',
    "{'loss': 0.69, 'learning_rate': 5e-06, 'num_tokens': 1201734.0, 'completions/mean_length': 412.0}",
    '  File "/opt/conda/lib/python3.11/site-packages/huggingface_hub/file_download.py", line 962, in hf_hub_download',
    'Setting pad_token=<|endoftext|>, eos_token_id: 50256, max_tokens=512',
    "KeyError: 'token'",
    'ValueError: unexpected token: } at line 3',
    'HEAD is now at 3f786850e387550fdab836ed7e6dc881de23001b',
    's3://srl-rlvr-training/checkpoints/gold/checkpoint-1300/model.safetensors',
    'forward_pass: 12 ms, backward_pass=31 ms',
    'Basic tokenization took 3 s; the bearer of bad news',
  ])('keeps ordinary training log lines: %s', (line) => {
    expect(redact(line)).toBe(line);
  });

  it('is fast on the longest lines, whatever they contain', () => {
    const pieces = [
      '-',
      'a/',
      'token ',
      '"\\',
      'password="',
      'http://',
      '-----END PRIVATE KEY-----',
      'eyJa.',
      ' ',
    ];
    for (const piece of pieces) {
      const started = performance.now();
      redact(piece.repeat(Math.ceil(100_000 / piece.length)));
      expect(performance.now() - started, piece).toBeLessThan(1_000);
    }
  });
});
