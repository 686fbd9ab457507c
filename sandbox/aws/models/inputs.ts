import { z } from 'zod';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html and related pages define names, lengths and counts. */
export const Name = z
  .string()
  .max(63)
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
const Tag = z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) });

const Container = z.looseObject({
  Image: z.string().max(255).optional(),
  ModelDataUrl: z
    .string()
    .max(1024)
    .regex(/^(https|s3):\/\/([^/]+)\/?(.*)$/)
    .optional(),
  Environment: z.record(z.string().max(1024), z.string().max(1024)).optional(),
  ModelPackageName: z.string().min(1).max(176).optional(),
});
export type Container = z.infer<typeof Container>;

export const CreateModelInput = z
  .object({
    ModelName: Name,
    PrimaryContainer: Container.optional(),
    Containers: z.array(Container).max(15).optional(),
    ExecutionRoleArn: z
      .string()
      .min(20)
      .max(2048)
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/),
    Tags: z.array(Tag).max(50).default([]),
    InferenceExecutionConfig: z.looseObject({}).optional(),
    VpcConfig: z.looseObject({}).optional(),
    EnableNetworkIsolation: z.boolean().default(false),
  })
  .refine(
    ({ PrimaryContainer: primary, Containers: list = [] }) => (primary === undefined) === list.length > 0,
    {
      error: 'Exactly one of PrimaryContainer and Containers must be given.',
    },
  );

const Variant = z.looseObject({
  VariantName: Name,
  ModelName: Name,
  InstanceType: z.string().startsWith('ml.'),
  InitialInstanceCount: z.number().int().min(1),
  InitialVariantWeight: z.number().min(0).default(1),
});
export type Variant = z.infer<typeof Variant>;

export const CreateEndpointConfigInput = z.object({
  EndpointConfigName: Name,
  ProductionVariants: z.array(Variant).min(1).max(10),
  Tags: z.array(Tag).max(50).default([]),
  DataCaptureConfig: z.looseObject({}).optional(),
  AsyncInferenceConfig: z.looseObject({}).optional(),
  ExplainerConfig: z.looseObject({}).optional(),
  MetricsConfig: z.looseObject({}).optional(),
  ShadowProductionVariants: z.array(Variant).max(1).optional(),
  ExecutionRoleArn: z.string().max(2048).optional(),
  VpcConfig: z.looseObject({}).optional(),
  EnableNetworkIsolation: z.boolean().optional(),
  KmsKeyId: z.string().max(2048).optional(),
});
