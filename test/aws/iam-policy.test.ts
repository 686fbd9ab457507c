import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { actions, allowing, roles, statementsOf } from './iam-policies.ts';
import { permissionsIn, type Role, rolesOf, usesOf } from './iam-uses.ts';

describe.each(roles)('deploy/iam/%s.json', (role) => {
  const uses = usesOf(role);

  it('allows every call that a file of src/aws makes with this role', () => {
    const missing = [...uses].filter(([permission]) => !actions(role, 'Allow').includes(permission));

    expect(missing.map(([permission, files]) => `${permission}, which ${files.join(', ')} calls`)).toEqual(
      [],
    );
  });

  it('allows nothing that no file of src/aws uses with this role', () => {
    expect(actions(role, 'Allow').filter((action) => !uses.has(action))).toEqual([]);
  });

  it('denies deletions, the end of a retention and the writes outside its own prefixes by name', () => {
    const denied = actions(role, 'Deny');
    const writes = statementsOf(role).find(
      ({ Effect, Action, NotResource }) =>
        Effect === 'Deny' && Action.includes('s3:PutObject') && NotResource,
    );
    const allowed = allowing(role, 's3:PutObject').flatMap(({ Resource = [] }) => Resource);

    expect(denied).toEqual(
      expect.arrayContaining([
        'sagemaker:Delete*',
        's3:DeleteObject*',
        's3:BypassGovernanceRetention',
        's3:PutObjectLegalHold',
      ]),
    );
    expect(writes?.NotResource).toEqual(allowed);
    expect(actions(role, 'Allow').filter((action) => /delete|\*/i.test(action))).toEqual(
      role === 'observer' ? ['sqs:DeleteMessage'] : [],
    );
  });
});

describe('the three roles of deploy/iam together', () => {
  it('name the roles of each file of src/aws that calls AWS', () => {
    const calling = readdirSync('src/aws', { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && permissionsIn(readFileSync(`src/aws/${file}`, 'utf8')).length > 0,
    );

    expect(calling.toSorted()).toEqual(Object.keys(rolesOf).toSorted());
    expect(calling.length).toBeGreaterThan(25);
  });

  it('let only the actor change anything but records', () => {
    const changing = /:(Create|Update|Stop|Start|Put|AddTags|Pass)/;
    const changes = (role: Role): readonly string[] =>
      actions(role, 'Allow').filter((action) => changing.test(action));

    expect(changes('bot')).toEqual(['s3:PutObject']);
    expect(changes('observer')).toEqual(['s3:PutObject']);
    for (const role of ['bot', 'observer'] as const) {
      expect(allowing(role, 's3:PutObject').flatMap(({ Resource = [] }) => Resource)).toEqual([
        'arn:aws:s3:::AUDIT_BUCKET/*',
      ]);
      expect(actions(role, 'Deny')).toContain('iam:*');
    }
  });

  it('let only the bot sign with KMS, and only as heads are signed', () => {
    const signing = roles.flatMap((role) => allowing(role, 'kms:Sign').map((one) => ({ role, ...one })));

    expect(signing).toMatchObject([
      {
        role: 'bot',
        Resource: ['arn:aws:kms:REGION:ACCOUNT:key/HEAD_KEY_ID'],
        Condition: {
          StringEquals: { 'kms:SigningAlgorithm': 'ED25519_SHA_512', 'kms:MessageType': 'RAW' },
        },
      },
    ]);
  });

  it.each(['bot', 'observer'] as const)('let the %s write a record only if there is none yet', (role) => {
    const [write] = allowing(role, 's3:PutObject');
    const denied = statementsOf(role).find(
      ({ Effect, Action, Condition }) =>
        Effect === 'Deny' && Action.includes('s3:PutObject') && Condition['Null'] !== undefined,
    );

    expect(write?.Condition).toEqual({ Null: { 's3:if-none-match': 'false' } });
    expect(denied?.Condition).toEqual({ Null: { 's3:if-none-match': 'true' } });
    expect(denied?.Resource).toEqual(['arn:aws:s3:::AUDIT_BUCKET/*']);
  });

  it('let the actor create only what carries its intent, of allowed instance types and run time', () => {
    const tagged = { 'aws:RequestTag/relight:intent': 'false' };
    for (const action of [
      'sagemaker:CreateTrainingJob',
      'sagemaker:CreateModel',
      'sagemaker:CreateEndpointConfig',
      'sagemaker:AddTags',
    ])
      for (const { Condition } of allowing('actor', action))
        expect(Condition['Null'], action).toEqual(expect.objectContaining(tagged));
    const [launch] = allowing('actor', 'sagemaker:CreateTrainingJob');

    expect(launch?.Condition['ForAllValues:StringEquals']?.['sagemaker:InstanceTypes']).toContain(
      'ml.p5.48xlarge',
    );
    // ForAllValues also holds for a request without instance types.
    expect(launch?.Condition['Null']).toHaveProperty('sagemaker:InstanceTypes', 'false');
    expect(launch?.Condition['NumericLessThanEquals']).toHaveProperty('sagemaker:MaxRuntimeInSeconds');
  });

  it('let the actor pass exactly the named roles, to SageMaker only, and use no other IAM action', () => {
    const [pass] = allowing('actor', 'iam:PassRole');
    const others = statementsOf('actor').find(
      ({ Effect, Action, NotResource }) =>
        Effect === 'Deny' && Action.includes('iam:PassRole') && NotResource,
    );

    expect(pass?.Resource?.filter((resource) => /[*?]/.test(resource))).toEqual([]);
    expect(pass?.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
    expect(others?.NotResource).toEqual(pass?.Resource);
    const denied = actions('actor', 'Deny').filter(
      (action) => action.startsWith('iam:') && action.endsWith('*'),
    );
    const isDenied = (action: string): boolean =>
      denied.some((pattern) => action.startsWith(pattern.slice(0, -1)));
    expect(
      ['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:PutRolePolicy', 'iam:GetRole'].every(isDenied),
    ).toBe(true);
    expect(isDenied('iam:PassRole')).toBe(false);
  });

  it('allow reading backups, but not writing next to them', () => {
    const places = (role: Role, action: string): readonly string[] =>
      allowing(role, action)
        .flatMap(({ Resource = [] }) => Resource)
        .filter((resource) => /backup/i.test(resource));

    for (const role of roles) {
      expect(places(role, 's3:GetObject')).toEqual([
        'arn:aws:s3:::TRAINING_BUCKET/checkpoints-backup/*',
        'arn:aws:s3:::BACKUP_BUCKET/*',
      ]);
      expect(places(role, 's3:PutObject')).toEqual([]);
    }
  });

  it('fit into a managed policy of IAM', () => {
    // Without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    for (const role of roles)
      expect(readFileSync(`deploy/iam/${role}.json`, 'utf8').replaceAll(/\s/g, '').length).toBeLessThan(
        6_144,
      );
  });
});
