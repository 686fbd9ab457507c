import type { z } from 'zod';
import { sagemakerArn } from '../arn.ts';
import type { Bucket } from '../bucket.ts';
import { AwsError } from '../responses.ts';
import type { Container, CreateEndpointConfigInput, CreateModelInput, Variant } from './inputs.ts';
import type { ModelPackage } from './package.ts';
import type { Registry } from './registry.ts';

/** Times are epoch seconds. */
export interface Model {
  readonly name: string;
  readonly createdAt: number;
  readonly request: Omit<z.infer<typeof CreateModelInput>, 'Tags'>;
}
export interface EndpointConfig {
  readonly name: string;
  readonly createdAt: number;
  readonly request: Omit<z.infer<typeof CreateEndpointConfigInput>, 'Tags'>;
}

/** Models and endpoint configurations, which are immutable. */
export class Models {
  readonly models = new Map<string, Model>();
  readonly configs = new Map<string, EndpointConfig>();
  private readonly bucket: Bucket;
  private readonly registry: Registry;

  constructor(bucket: Bucket, registry: Registry) {
    this.bucket = bucket;
    this.registry = registry;
  }

  model(name: string): Model {
    return this.models.get(name) ?? notFound('model', sagemakerArn('model', name));
  }

  config(name: string): EndpointConfig {
    return (
      this.configs.get(name) ?? notFound('endpoint configuration', sagemakerArn('endpoint-config', name))
    );
  }

  /** Model data in the request must exist now; that of a package is checked only at deployment. */
  async createModel(request: Model['request'], createdAt = Date.now() / 1000): Promise<Model> {
    for (const one of containersOf(request)) {
      if (one.ModelPackageName !== undefined) this.approved(one.ModelPackageName);
      if (one.ModelDataUrl !== undefined && (await this.bucket.get(one.ModelDataUrl)) === undefined)
        throw new AwsError('ValidationException', `Could not find model data at ${one.ModelDataUrl}.`);
    }
    const { ModelName: name } = request;
    refuseTaken(this.models, name, 'model', sagemakerArn('model', name));
    const model = { name, createdAt, request };
    this.models.set(name, model);
    return model;
  }

  createConfig(request: EndpointConfig['request'], createdAt = Date.now() / 1000): EndpointConfig {
    const { EndpointConfigName: name, ProductionVariants: variants } = request;
    refuseTaken(this.configs, name, 'endpoint configuration', sagemakerArn('endpoint-config', name));
    for (const { ModelName: model } of variants) this.model(model);
    const config = { name, createdAt, request };
    this.configs.set(name, config);
    return config;
  }

  /** The registry version that a model was created from, if any. */
  packageNamed(model: string): ModelPackage | undefined {
    const from = this.containerOf(model)?.ModelPackageName;
    return from === undefined ? undefined : this.registry.find(from);
  }

  imageOf({ ModelName: model }: Variant): string {
    return this.containerOf(model)?.Image ?? this.packageNamed(model)?.container.Image ?? '';
  }

  /** The first URI of missing model data in a configuration. */
  async firstMissing({ request }: EndpointConfig): Promise<string | undefined> {
    for (const { ModelName: model } of request.ProductionVariants) {
      const uri = this.containerOf(model)?.ModelDataUrl ?? this.packageNamed(model)?.container.ModelDataUrl;
      if (uri !== undefined && (await this.bucket.get(uri)) === undefined) return uri;
    }
    return undefined;
  }

  private containerOf(model: string): Container | undefined {
    return containersOf(this.model(model).request)[0];
  }

  private approved(packageName: string): void {
    const { arn, approval } = this.registry.find(packageName);
    if (approval !== 'Approved')
      throw new AwsError(
        'ValidationException',
        `Cannot create a model from model package ${arn}: its approval status is ${approval}.`,
      );
  }
}

function containersOf({
  PrimaryContainer: primary,
  Containers: list,
}: Model['request']): readonly Container[] {
  return primary === undefined ? (list ?? []) : [primary];
}

function notFound(what: string, arn: string): never {
  throw new AwsError('ValidationException', `Could not find ${what} "${arn}".`);
}

function refuseTaken(taken: ReadonlyMap<string, unknown>, name: string, what: string, arn: string): void {
  if (taken.has(name))
    throw new AwsError('ValidationException', `Cannot create already existing ${what} "${arn}".`);
}
