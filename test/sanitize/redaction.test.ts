import { describe, expect, it } from 'vitest';
import { difference } from '../../src/relaunch/request-difference.ts';
import { redactSides, redactValue, withoutSecrets } from '../../src/sanitize/redaction.ts';
import { createSealer } from '../../src/sanitize/seal.ts';
import { isSecretName } from '../../src/sanitize/secret-names.ts';

describe('secrets of a training job', () => {
  it.each([
    'WANDB_API_KEY',
    'wandbApiKey',
    'wandb-api-key',
    'WANDBAPIKEY',
    'api.key',
    'OPENAI_API_KEY_2',
    'HF_TOKEN',
    'hfToken',
    'hub-token',
    'token',
    'GITHUB_ACCESS_TOKENS',
    'DB_PASSWORD',
    'dbPassword',
    'PASSWORD_OLD',
    'REDIS_PASS',
    'mysql-pwd',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_ACCESS_KEY_ID',
    'client_secret',
    'secretValue',
    'credentials',
    'GCP_CREDENTIALS_JSON',
    'ssh-private-key',
    'signingKey',
    'wandb_key',
    'passphrase',
  ])('are known by the name %s', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    'tokenizer_name',
    'max_tokens',
    'num_tokens',
    'token_count',
    'tokens_per_second',
    'pad_token',
    'pad_token_id',
    'eos_token',
    'num_train_epochs',
    'sort_key',
    'partition_key',
    'text_key',
    'KmsKeyId',
    'VolumeKmsKeyId',
    'SECRET_ARN',
    'secret_name',
    'password_file',
    'api_key_env',
    'forward_pass',
    'PWD',
    'author',
    'S3Uri',
    'keyboard_layout',
    'compass',
  ])('are not suspected under the name %s, which stays readable', (name) =>
    expect(isSecretName(name)).toBe(false),
  );

  it('are taken out of environments, nested JSON, command lines, tags and addresses, and nothing else is', () => {
    const request = {
      TrainingJobName: 'sk-learn-training-job-20251104',
      Environment: { WANDB_API_KEY: 'short', HF_TOKEN: 'x', NCCL_DEBUG: 'WARN', USE_AUTH_TOKEN: 'true' },
      HyperParameters: {
        model_id: '"Qwen/Qwen2.5-7B-Instruct"',
        pad_token: '<|endoftext|>',
        token: '50256',
        report: '{"wandb": {"api_key": "inner", "project": "p"}, "credentials": {"user": "u1", "k": "k1"}}',
        args: '["--epochs", "1", "--api-key", "listed"]',
        commit: '3f786850e387550fdab836ed7e6dc881de23001b',
        digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
      AlgorithmSpecification: { ContainerArguments: ['train.py', '--api-key', 'given', '--epochs', '1'] },
      Tags: [
        { Key: 'team', Value: 'alignment' },
        { Key: 'deploy_token', Value: 'tagged' },
      ],
      CheckpointConfig: { S3Uri: 's3://b/password=hunter2/AbCdEf1234567890abcdefghijklmnopqrstuv/c/' },
    };
    expect(redactValue(request)).toEqual({
      ...request,
      Environment: {
        WANDB_API_KEY: '[redacted]',
        HF_TOKEN: '[redacted]',
        NCCL_DEBUG: 'WARN',
        USE_AUTH_TOKEN: 'true',
      },
      HyperParameters: {
        ...request.HyperParameters,
        args: '["--epochs", "1", "--api-key", "[redacted]"]',
        report:
          '{"wandb": {"api_key": "[redacted]", "project": "p"}, "credentials": {"user": "[redacted]", "k": "[redacted]"}}',
      },
      AlgorithmSpecification: {
        ContainerArguments: ['train.py', '--api-key', '[redacted]', '--epochs', '1'],
      },
      Tags: [
        { Key: 'team', Value: 'alignment' },
        { Key: 'deploy_token', Value: '[redacted]' },
      ],
      CheckpointConfig: { S3Uri: 's3://b/password=[redacted]/AbCdEf1234567890abcdefghijklmnopqrstuv/c/' },
    });
    expect(redactValue(redactValue(request))).toEqual(redactValue(request));
  });

  it('are only shown as changed or unchanged when two requests are compared', () => {
    const before = {
      Environment: { API_KEY: 'one', MODE: 'a' },
      HyperParameters: { config: '{"token": "secret-1", "batch": 8}' },
      Arguments: ['--api-key', 'first'],
    };
    const after = {
      Environment: { API_KEY: 'two', MODE: 'b', NEW_TOKEN: 'three' },
      HyperParameters: { config: '{"token": "secret-1", "batch": 4}' },
      Arguments: ['--api-key', 'second'],
    };
    expect(difference(before, after)).toEqual([
      { field: 'Environment.API_KEY', before: '[redacted]', after: '[redacted, changes]' },
      { field: 'Environment.MODE', before: 'a', after: 'b' },
      { field: 'Environment.NEW_TOKEN', after: '[redacted]' },
      {
        field: 'HyperParameters.config',
        before: '{"token": "[redacted]", "batch": 8}',
        after: '{"token": "[redacted, same]", "batch": 4}',
      },
      { field: 'Arguments.1', before: '[redacted]', after: '[redacted, changes]' },
    ]);
    expect(redactSides('Environment.API_KEY', { before: 'one', after: 'two' })).toEqual({
      before: '[redacted]',
      after: '[redacted, changes]',
    });
  });
});

describe('a sealed request', () => {
  const source = {
    Environment: { DB_PASSWORD: 'abc', URL: 'redis://:p@ss@cache:6379/0', PLAIN: 'x' },
    HyperParameters: { config: '{"api_key":  "spaced",\n "n": 1}', args: '--token tk-123 --epochs 2' },
    CheckpointConfig: { S3Uri: 's3://bucket/hf_abcdefghijklmnopqrstuvwxyz0123/run/' },
  };
  const { seal, open } = createSealer('xoxb-of-this-installation');

  it('contains no secret, binds every secret by a hash, and is restored byte for byte', () => {
    const request = {
      ...source,
      Environment: { ...source.Environment, ADDED: 'y' },
      CheckpointConfig: { S3Uri: `${source.CheckpointConfig.S3Uri}checkpoint-100/` },
    };
    const sealed = seal(request, 'rl-1');
    for (const secret of ['"abc"', 'p@ss', 'spaced', 'tk-123', 'hf_abc'])
      expect(JSON.stringify(sealed)).not.toContain(secret);
    expect(withoutSecrets(sealed)).toEqual(sealed);
    expect(open(sealed, 'rl-1', [source])).toEqual({ value: request, missing: [] });
  });

  it('names the field whose secret changed or is missing', () => {
    const changed = { ...source, Environment: { ...source.Environment, DB_PASSWORD: 'other' } };
    expect(open(seal(source, 'rl-1'), 'rl-1', [changed]).missing).toEqual(['Environment.DB_PASSWORD']);
    expect(open(seal(source, 'rl-1'), 'rl-1', []).missing).toHaveLength(5);
  });

  it('cannot be guessed from a word list without the installation secret, and differs between incidents', () => {
    expect(seal(source, 'rl-1')).toEqual(seal(source, 'rl-1'));
    expect(seal(source, 'rl-1').Environment.DB_PASSWORD).not.toBe(
      seal(source, 'rl-2').Environment.DB_PASSWORD,
    );
    const thief = createSealer('guess');
    expect(thief.seal(source, 'rl-1').Environment.DB_PASSWORD).not.toBe(
      seal(source, 'rl-1').Environment.DB_PASSWORD,
    );
  });
});
