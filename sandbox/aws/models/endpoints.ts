import { z } from 'zod';
import { sagemakerArn } from '../arn.ts';
import { Listing, listPage } from '../listing.ts';
import { AwsError } from '../responses.ts';
import { validated } from '../validated.ts';
import { Deployment, type UpdateOutcome } from './deployment.ts';
import { DeploymentConfig } from './deployment-config.ts';
import { Endpoint, type Pending, type Running } from './endpoint.ts';
import { Name } from './inputs.ts';
import type { EndpointConfig, Models } from './models.ts';

export const NextUpdate = z.object({
  endpoint: z.string(),
  next: z.enum(['succeeds', 'rolls-back', 'fails', 'rollback-fails', 'slow']),
});

const Update = z.object({
  EndpointName: Name,
  EndpointConfigName: Name,
  RetainAllVariantProperties: z.boolean().default(false),
  DeploymentConfig: DeploymentConfig.optional(),
  RetainDeploymentConfig: z.boolean().default(false),
});

const EndpointListing = Listing.extend({
  SortBy: z.enum(['Name', 'CreationTime', 'Status']).default('CreationTime'),
  SortOrder: z.enum(['Ascending', 'Descending']).default('Descending'),
  StatusEquals: z.string().optional(),
  LastModifiedTimeAfter: z.number().default(0),
  LastModifiedTimeBefore: z.number().default(Number.POSITIVE_INFINITY),
});

export interface EndpointsDeps {
  readonly models: Models;
  readonly speed: number;
  /** The names that belong to no existing alarm. */
  readonly unknownAlarms: (names: readonly string[]) => readonly string[];
  readonly firstInAlarm: (names: readonly string[]) => string | undefined;
  /** Called when different variants start to serve this endpoint's traffic. */
  readonly served: (endpoint: Endpoint) => void;
}

/** All endpoints in the account, and their running updates. */
export class Endpoints {
  private readonly deps: EndpointsDeps;
  private readonly byName = new Map<string, Endpoint>();
  private readonly next = new Map<string, UpdateOutcome>();
  private readonly running = new Set<Promise<void>>();
  private readonly closing = new AbortController();

  constructor(deps: EndpointsDeps) {
    this.deps = deps;
  }

  all(): readonly Endpoint[] {
    return [...this.byName.values()];
  }

  find(name: string): Endpoint {
    const found = this.byName.get(name);
    if (found === undefined)
      throw new AwsError(
        'ValidationException',
        `Could not find endpoint "${sagemakerArn('endpoint', name)}".`,
      );
    return found;
  }

  /** Adds an endpoint that is already in service, with `scaledBy` more instances than its configuration. */
  seed(name: string, configName: string, createdAt: number, scaledBy = 0): Endpoint {
    const config = this.deps.models.config(configName);
    const variants = this.variantsOf(config).map((one) => ({ ...one, instances: one.instances + scaledBy }));
    const endpoint = new Endpoint(name, config, variants, createdAt);
    this.byName.set(name, endpoint);
    return endpoint;
  }

  script({ endpoint, next }: z.infer<typeof NextUpdate>): void {
    this.next.set(this.find(endpoint).name, next);
  }

  list(input: unknown): unknown {
    const filter = validated(EndpointListing, input);
    const found = this.all().filter(
      ({ status, modifiedAt }) =>
        (filter.StatusEquals ?? status) === status &&
        modifiedAt >= filter.LastModifiedTimeAfter &&
        modifiedAt <= filter.LastModifiedTimeBefore,
    );
    const { SortBy, ...shared } = filter;
    const keyOf = (one: Endpoint): string | number =>
      ({ Name: one.name, CreationTime: one.createdAt, Status: one.status })[SortBy];
    const { page, ...more } = listPage(found, { ...shared, SortBy: 'Name' }, keyOf);
    return { Endpoints: page.map((one) => one.summary()), ...more };
  }

  update(input: unknown): { EndpointArn: string } {
    const request = validated(Update, input);
    const endpoint = this.find(request.EndpointName);
    refuseBusy(endpoint);
    const config = this.deps.models.config(request.EndpointConfigName);
    const how =
      request.DeploymentConfig ?? (request.RetainDeploymentConfig ? endpoint.lastDeployment : undefined);
    this.refuseUnknownAlarms(how);
    const fresh = this.variantsOf(config);
    const variants = request.RetainAllVariantProperties ? retained(fresh, endpoint.variants) : fresh;
    const stage = { Status: 'Creating', StartTime: Date.now() / 1000 };
    const pending: Pending = { config, variants, startedAt: stage.StartTime, stage };
    endpoint.pending = pending;
    endpoint.failureReason = undefined;
    endpoint.lastDeployment = how;
    endpoint.enter('Updating');
    this.start(endpoint, pending, how);
    return { EndpointArn: endpoint.arn };
  }

  /** Stops every update; nothing runs after this returns. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.running);
  }

  private start(endpoint: Endpoint, pending: Pending, how: DeploymentConfig | undefined): void {
    const { speed, firstInAlarm, models, served } = this.deps;
    const { signal } = this.closing;
    const outcome = this.next.get(endpoint.name) ?? 'succeeds';
    this.next.delete(endpoint.name);
    const deployment = new Deployment({
      endpoint,
      pending,
      how,
      outcome,
      speed,
      signal,
      firstInAlarm,
      missingData: () => models.firstMissing(pending.config),
      served: () => served(endpoint),
    });
    const tracked = deployment
      .run()
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
      })
      .finally(() => this.running.delete(tracked));
    this.running.add(tracked);
  }

  private refuseUnknownAlarms(how: DeploymentConfig | undefined): void {
    const names = (how?.AutoRollbackConfiguration?.Alarms ?? []).map(({ AlarmName }) => AlarmName);
    const unknown = this.deps.unknownAlarms(names);
    if (unknown.length > 0)
      throw new AwsError(
        'ValidationException',
        `The CloudWatch alarms of AutoRollbackConfiguration do not exist: ${unknown.join(', ')}.`,
      );
  }

  private variantsOf({ request }: EndpointConfig): Running[] {
    return request.ProductionVariants.map((one) => ({
      name: one.VariantName,
      model: one.ModelName,
      image: this.deps.models.imageOf(one),
      instanceType: one.InstanceType,
      instances: one.InitialInstanceCount,
      weight: one.InitialVariantWeight,
    }));
  }
}

/** A failed endpoint can only be deleted: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
function refuseBusy({ status, arn }: Endpoint): void {
  if (status === 'InService' || status === 'UpdateRollbackFailed') return;
  const what = status === 'Failed' ? 'failed' : 'in-progress';
  throw new AwsError('ValidationException', `Cannot update ${what} endpoint "${arn}".`);
}

/** Keeps the current instance count and weight of variants with the same name. */
function retained(fresh: readonly Running[], old: readonly Running[]): readonly Running[] {
  return fresh.map((one) => {
    const before = old.find(({ name }) => name === one.name);
    return before === undefined ? one : { ...one, instances: before.instances, weight: before.weight };
  });
}
