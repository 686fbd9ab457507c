import { sagemakerArn } from '../arn.ts';
import type { DeploymentConfig } from './deployment-config.ts';
import type { EndpointConfig } from './models.ts';

export type EndpointStatus = 'InService' | 'Updating' | 'RollingBack' | 'Failed' | 'UpdateRollbackFailed';

/** A running variant; scaling may have changed it from its configuration. */
export interface Running {
  readonly name: string;
  readonly model: string;
  readonly image: string;
  readonly instanceType: string;
  readonly instances: number;
  readonly weight: number;
}

/** A deployment in progress. Times are epoch seconds. */
export interface Pending {
  readonly config: EndpointConfig;
  readonly variants: readonly Running[];
  readonly startedAt: number;
  stage: { readonly Status: string; readonly StartTime: number };
}

/** An endpoint and the variants that it serves. */
export class Endpoint {
  readonly name: string;
  readonly createdAt: number;
  config: EndpointConfig;
  variants: readonly Running[];
  status: EndpointStatus = 'InService';
  modifiedAt: number;
  failureReason: string | undefined;
  lastDeployment: DeploymentConfig | undefined;
  pending: Pending | undefined;

  constructor(name: string, config: EndpointConfig, variants: readonly Running[], createdAt: number) {
    this.name = name;
    this.config = config;
    this.variants = variants;
    this.createdAt = createdAt;
    this.modifiedAt = createdAt;
  }

  get arn(): string {
    return sagemakerArn('endpoint', this.name);
  }

  enter(status: EndpointStatus): void {
    this.status = status;
    this.modifiedAt = Date.now() / 1000;
  }

  summary(): Record<string, unknown> {
    return {
      EndpointName: this.name,
      EndpointArn: this.arn,
      CreationTime: this.createdAt,
      LastModifiedTime: this.modifiedAt,
      EndpointStatus: this.status,
    };
  }

  /** During an update, EndpointConfigName is still the old one; only the pending summary has the new one. */
  describe(): Record<string, unknown> {
    return {
      ...this.summary(),
      EndpointConfigName: this.config.name,
      ProductionVariants: this.variants.map(described),
      ...(this.failureReason === undefined ? {} : { FailureReason: this.failureReason }),
      ...(this.lastDeployment === undefined ? {} : { LastDeploymentConfig: this.lastDeployment }),
      ...(this.pending === undefined ? {} : { PendingDeploymentSummary: pendingSummary(this.pending) }),
    };
  }
}

function described({ name, image, instances, weight }: Running): Record<string, unknown> {
  return {
    VariantName: name,
    DeployedImages: [{ SpecifiedImage: image, ResolvedImage: image }],
    CurrentWeight: weight,
    DesiredWeight: weight,
    CurrentInstanceCount: instances,
    DesiredInstanceCount: instances,
  };
}

function pendingSummary({ config, variants, startedAt, stage }: Pending): unknown {
  return {
    EndpointConfigName: config.name,
    StartTime: startedAt,
    ProductionVariants: variants.map((variant) => ({
      ...described(variant),
      InstanceType: variant.instanceType,
      ...(stage.Status === 'Creating' ? { CurrentInstanceCount: 0 } : {}),
      VariantStatus: [stage],
    })),
  };
}
