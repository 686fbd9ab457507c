import { isList, isObject, type Json, type JsonObject } from '../../ports/basics.ts';
import type { AwsCall } from '../../ports/calls.ts';
import { machineParts } from '../../ports/state-machines/execution-names.ts';

/** A statement of a session policy. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Where the resources of the calls are, and the attempt whose tag they get. */
export interface SessionScope {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** The value of the tag `relight:intent`. */
  readonly intent: string;
}

type Build = (input: JsonObject, scope: SessionScope) => readonly Statement[];

/**
 * What AWS checks for each call, with the narrowest resources and conditions that it knows; docs/iam.md lists the pages.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
const builds: Readonly<Record<string, Build>> = {
  CreateTrainingJob: (input, scope) => [
    ...created('CreateTrainingJob', 'training-job', input['TrainingJobName'], scope, limitsOf(input)),
    ...passed(input['RoleArn']),
    ...grantFor(field(input['ResourceConfig'], 'VolumeKmsKeyId')),
  ],
  StopTrainingJob: (input, scope) => [
    allow(['sagemaker:StopTrainingJob'], arnsOf('training-job', input['TrainingJobName'], scope)),
  ],
  CreateModel: (input, scope) => [
    ...created('CreateModel', 'model', input['ModelName'], scope),
    ...passed(input['ExecutionRoleArn']),
  ],
  CreateEndpointConfig: (input, scope) => [
    ...created('CreateEndpointConfig', 'endpoint-config', input['EndpointConfigName'], scope),
    ...passed(input['ExecutionRoleArn']),
  ],
  UpdateEndpoint: (input, scope) => [
    allow(
      ['sagemaker:UpdateEndpoint'],
      [
        ...arnsOf('endpoint', input['EndpointName'], scope),
        ...arnsOf('endpoint-config', input['EndpointConfigName'], scope),
      ],
    ),
    // Only needed if the configuration names a key, which the call does not tell.
    ...grantFor('any'),
  ],
  UpdateModelPackage: ({ ModelPackageArn: arn, ModelApprovalStatus: status }) => [
    allow(['sagemaker:UpdateModelPackage'], textsIn(arn), {
      StringEquals: { 'sagemaker:ModelApprovalStatus': textsIn(status) },
    }),
  ],
  CopyObject: ({ CopySource: source, Bucket: bucket, Key: key }, scope) => [
    allow(['s3:GetObject', 's3:GetObjectTagging'], [objectArn(scope, text(source))]),
    allow(['s3:PutObject', 's3:PutObjectTagging'], [objectArn(scope, `${text(bucket)}/${text(key)}`)]),
    keysOfBuckets,
  ],
  PutObject: ({ Bucket: bucket, Key: key }, scope) => [
    allow(['s3:PutObject'], [objectArn(scope, `${text(bucket)}/${text(key)}`)]),
    keysOfBuckets,
  ],
  StartExecution: ({ stateMachineArn: arn }) => [
    // A version or an alias is checked by its own ARN or by that of its state machine.
    allow(
      ['states:StartExecution'],
      [...new Set(textsIn(arn).flatMap((one) => [one, machineParts(one).plain]))],
    ),
  ],
  StopExecution: ({ executionArn: arn }) => [allow(['states:StopExecution'], textsIn(arn))],
};

/** Statements for one call that people approved; none for a call that no port of Relight makes. */
export function statementsFor({ operation, input }: AwsCall, scope: SessionScope): readonly Statement[] {
  return builds[operation]?.(input, scope) ?? [];
}

function allow(Action: readonly string[], Resource: readonly string[], Condition?: Condition): Statement {
  return { Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) };
}

/** The tags of a new resource are checked as a call of its own. */
function created(
  operation: string,
  type: string,
  name: Json | undefined,
  scope: SessionScope,
  limits: Condition = {},
): readonly Statement[] {
  const resources = arnsOf(type, name, scope);
  const tagged = { StringEquals: { 'aws:RequestTag/relight:intent': scope.intent } };
  return [
    allow([`sagemaker:${operation}`], resources, { ...tagged, ...limits }),
    allow(['sagemaker:AddTags'], resources, tagged),
  ];
}

/** The instance types and the run time of the request. */
function limitsOf({ ResourceConfig: resources, StoppingCondition: stopping }: JsonObject): Condition {
  const groups = field(resources, 'InstanceGroups');
  const types = [
    field(resources, 'InstanceType'),
    ...(isList(groups) ? groups.map((group) => field(group, 'InstanceType')) : []),
  ].flatMap(textsIn);
  const seconds = field(stopping, 'MaxRuntimeInSeconds');
  return {
    ...(types.length > 0 && { 'ForAllValues:StringEquals': { 'sagemaker:InstanceTypes': types } }),
    ...(typeof seconds === 'number' && {
      NumericLessThanEquals: { 'sagemaker:MaxRuntimeInSeconds': String(seconds) },
    }),
  };
}

function passed(role: Json | undefined): readonly Statement[] {
  return textsIn(role).map((arn) =>
    allow(['iam:PassRole'], [arn], { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }),
  );
}

/** SageMaker uses a key of the customer through a grant. The role says for which keys. */
function grantFor(key: Json | undefined): readonly Statement[] {
  if (textsIn(key).length === 0) return [];
  return [allow(['kms:CreateGrant'], ['*'], { Bool: { 'kms:GrantIsForAWSResource': 'true' } })];
}

/** S3 uses the key of an encrypted bucket with the rights of the caller. The role says for which keys. */
const keysOfBuckets = allow(['kms:Decrypt', 'kms:GenerateDataKey'], ['*'], {
  StringLike: { 'kms:ViaService': 's3.*' },
});

/** SageMaker writes the name in lower case in its ARNs. */
function arnsOf(type: string, name: Json | undefined, scope: SessionScope): readonly string[] {
  const { partition, region, account } = scope;
  const names = textsIn(name).flatMap((one) => [one, one.toLowerCase()]);
  return [...new Set(names)].map(
    (one) => `arn:${partition}:sagemaker:${region}:${account}:${type}/${literal(one)}`,
  );
}

/** `place` is `bucket/key`; an ellipsis at its end stands for any text, as in the request that people read. */
function objectArn({ partition }: SessionScope, place: string): string {
  const isPattern = place.endsWith('…');
  return `arn:${partition}:s3:::${literal(isPattern ? place.slice(0, -1) : place)}${isPattern ? '*' : ''}`;
}

/**
 * Wildcards in names are escaped, and characters that a session policy cannot contain become wildcards.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
function literal(name: string): string {
  return name.replaceAll(/[$*?]/g, (one) => `\${${one}}`).replaceAll(/[^ -\u00FF]+/g, '*');
}

function field(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined;
}

function textsIn(value: Json | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : [];
}

function text(value: Json | undefined): string {
  return textsIn(value)[0] ?? '';
}
