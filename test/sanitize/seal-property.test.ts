import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactValue, withoutSecrets } from '../../src/sanitize/redaction.ts';
import { createSealer } from '../../src/sanitize/seal.ts';

const word = fc.stringMatching(/^[A-Za-z0-9+/_.-]{1,24}$/);
const name = fc.constantFrom('API_KEY', 'hfToken', 'db-password', 'credentials', 'model', 'max_tokens', 'x');
const secret = fc.oneof(
  fc.stringMatching(/^hf_[A-Za-z0-9]{20,34}$/),
  fc.stringMatching(/^AKIA[A-Z0-9]{16}$/),
  fc.stringMatching(/^eyJ[A-Za-z0-9]{8}\.[A-Za-z0-9]{8}\.[A-Za-z0-9]{8}$/),
  word,
);
const frame = fc.constantFrom(
  ' ',
  '=',
  ': ',
  '", "',
  "': '",
  ' --api-key ',
  '?password=',
  'https://u:',
  '@host/',
  'Authorization: Bearer ',
  '\n',
  '\\"',
  's3://bucket/',
  ';',
);
const prose = fc.array(fc.oneof(secret, frame, name), { maxLength: 10 }).map((parts) => parts.join(''));
const leaf = fc.oneof(
  prose,
  secret,
  fc
    .dictionary(name, fc.oneof(prose, fc.integer(), fc.boolean()))
    .map((inner) => JSON.stringify(inner, undefined, 1)),
  fc.dictionary(name, secret).map((inner) => JSON.stringify(JSON.stringify(inner))),
  fc.array(fc.oneof(secret, fc.constantFrom('--api-key', '--epochs'))).map((args) => JSON.stringify(args)),
);
const anyRequest = fc.record({
  Environment: fc.dictionary(name, leaf, { maxKeys: 6 }),
  HyperParameters: fc.dictionary(name, leaf, { maxKeys: 6 }),
  Arguments: fc.array(fc.oneof(leaf, fc.constantFrom('--token', '--epochs'))),
  Tags: fc.array(fc.record({ Key: name, Value: leaf })),
});

describe('any training job', () => {
  const { seal, open } = createSealer('of-this-installation');

  it('has a sealed request that is restored byte for byte and that no later redaction changes', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const sealed = seal(request, 'rl-1');
        expect(open(sealed, 'rl-1', [request])).toEqual({ value: request, missing: [] });
        expect(withoutSecrets(sealed)).toEqual(sealed);
        expect(redactValue(redactValue(sealed))).toEqual(redactValue(sealed));
      }),
      { numRuns: 500 },
    );
  });
});
