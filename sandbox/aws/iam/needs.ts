import { z } from 'zod';
import { sagemakerArn } from '../arn.ts';
import type { S3Request } from '../s3-guard.ts';
import type { Need } from './policy.ts';

type Kind = Parameters<typeof sagemakerArn>[0];

/** The resources of a SageMaker call, by the fields of its input that name them. */
const named: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  CreateTrainingJob: { TrainingJobName: 'training-job' },
  DescribeTrainingJob: { TrainingJobName: 'training-job' },
  StopTrainingJob: { TrainingJobName: 'training-job' },
  CreateModel: { ModelName: 'model' },
  DescribeModel: { ModelName: 'model' },
  CreateEndpointConfig: { EndpointConfigName: 'endpoint-config' },
  DescribeEndpointConfig: { EndpointConfigName: 'endpoint-config' },
  DescribeEndpoint: { EndpointName: 'endpoint' },
  UpdateEndpoint: { EndpointName: 'endpoint', EndpointConfigName: 'endpoint-config' },
};

const Text = z.string().optional().catch(undefined);
const Input = z.object({
  ModelPackageArn: Text,
  ResourceArn: Text,
  ModelApprovalStatus: Text,
  RoleArn: Text,
  ExecutionRoleArn: Text,
  stateMachineArn: Text,
  executionArn: Text,
  KeyId: Text,
  SigningAlgorithm: Text,
  MessageType: Text,
  Tags: z
    .array(z.object({ Key: z.string(), Value: z.string() }))
    .default([])
    .catch([]),
  ResourceConfig: z.object({ InstanceType: Text }).optional().catch(undefined),
  ProductionVariants: z
    .array(z.object({ InstanceType: Text }))
    .default([])
    .catch([]),
  StoppingCondition: z.object({ MaxRuntimeInSeconds: z.number().optional() }).optional().catch(undefined),
});
type Input = z.infer<typeof Input>;

/** What AWS checks before it runs a call of a JSON service. */
export function needsOfCall(service: string, operation: string, request: unknown): readonly Need[] {
  const input = Input.parse(request ?? {});
  const context = contextOf(input);
  const resources = resourcesOf(operation, request, input);
  const own = resources.map((resource) => ({ action: `${service}:${operation}`, resource, context }));
  if (!operation.startsWith('Create')) return own;
  const role = input.RoleArn ?? input.ExecutionRoleArn;
  return [
    ...own,
    ...(input.Tags.length === 0
      ? []
      : resources.map((resource) => ({ action: `${service}:AddTags`, resource, context }))),
    ...(role === undefined
      ? []
      : [
          {
            action: 'iam:PassRole',
            resource: role,
            context: { 'iam:PassedToService': ['sagemaker.amazonaws.com'] },
          },
        ]),
  ];
}

function resourcesOf(operation: string, request: unknown, input: Input): readonly (string | undefined)[] {
  const names = Object.entries(named[operation] ?? {}).flatMap(([field, kind]) => {
    const name = z.looseObject({ [field]: z.string() }).safeParse(request).data?.[field];
    return typeof name === 'string' ? [sagemakerArn(kind, name)] : [];
  });
  const { ModelPackageArn, ResourceArn, stateMachineArn, executionArn, KeyId } = input;
  return names.length > 0
    ? names
    : [ModelPackageArn ?? ResourceArn ?? executionArn ?? stateMachineArn ?? KeyId];
}

function contextOf(input: Input): NonNullable<Need['context']> {
  const { Tags, ResourceConfig, ProductionVariants, StoppingCondition, ModelApprovalStatus: status } = input;
  const types = [ResourceConfig, ...ProductionVariants].flatMap((one) => one?.InstanceType ?? []);
  const seconds = StoppingCondition?.MaxRuntimeInSeconds;
  return {
    ...Object.fromEntries(Tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, [Value]])),
    ...(types.length > 0 && { 'sagemaker:InstanceTypes': types }),
    ...(seconds !== undefined && { 'sagemaker:MaxRuntimeInSeconds': [String(seconds)] }),
    ...(status !== undefined && { 'sagemaker:ModelApprovalStatus': [status] }),
    ...signingContext(input),
  };
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
function signingContext({
  SigningAlgorithm: algorithm,
  MessageType: type,
}: Input): NonNullable<Need['context']> {
  return {
    ...(algorithm !== undefined && { 'kms:SigningAlgorithm': [algorithm] }),
    ...(type !== undefined && { 'kms:MessageType': [type] }),
  };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const actionOf: Readonly<Record<string, string>> = {
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  HeadObject: 'GetObject',
  ListObjectsV2: 'ListBucket',
  HeadBucket: 'ListBucket',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  DeleteObjects: 'DeleteObject',
};
const creating = /^(PutObject|CopyObject|CompleteMultipartUpload|PostObject)$/;
const writing = /^(Put|Copy|Post|Upload|CreateMultipart|Complete)/;

export function needsOfS3({ path, headers }: S3Request, operation: string): readonly Need[] {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const resource = `arn:aws:s3:::${key === '' ? bucket : `${bucket}/${key}`}`;
  const condition = headers['if-none-match'];
  const context = {
    's3:ObjectCreationOperation': [String(creating.test(operation))],
    ...(condition !== undefined && { 's3:if-none-match': [condition] }),
  };
  const action = writing.test(operation) ? 'PutObject' : (actionOf[operation] ?? operation);
  const source = headers['x-amz-copy-source'];
  return [
    { action: `s3:${action}`, resource, context },
    ...(typeof source === 'string'
      ? [
          {
            action: 's3:GetObject',
            resource: `arn:aws:s3:::${decodeURIComponent(source).replace(/^\//, '')}`,
          },
        ]
      : []),
  ];
}
