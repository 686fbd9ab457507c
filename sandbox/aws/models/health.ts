import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import type { Models } from './models.ts';

export const EndpointFailRequest = z.object({
  endpoint: z.string(),
  kind: z.enum(['model-degraded', 'model-errors', 'model-slow']),
});
export type ModelFailure = z.infer<typeof EndpointFailRequest>['kind'];

/** An endpoint's metrics for one minute, before noise. */
export interface Level {
  readonly invocations: number;
  readonly latencyMicroseconds: number;
  readonly errors4xx: number;
  readonly errors5xx: number;
  /** Mean reward of sampled responses, published by the team's evaluator. */
  readonly performance: number;
}

const healthy: Level = {
  invocations: 240,
  latencyMicroseconds: 820_000,
  errors4xx: 2,
  errors5xx: 0,
  performance: 0.78,
};
const degraded: Readonly<Record<ModelFailure, Partial<Level>>> = {
  'model-degraded': { performance: 0.41, errors5xx: 4, latencyMicroseconds: 1_350_000 },
  'model-errors': { errors5xx: 63, performance: 0.7 },
  'model-slow': { latencyMicroseconds: 6_400_000 },
};

/** An alarm evaluates completed minutes, so the failure starts some minutes before its alarm. */
const detectionDelayMs = 3 * 60_000;

interface Served {
  readonly from: number;
  readonly model: string;
}

/**
 * The health of endpoints over time. A degraded model stays degraded on every endpoint, so an endpoint recovers by
 * serving another model. Times are in ms.
 */
export class Health {
  private readonly models: Models;
  private readonly served = new Map<string, Served[]>();
  private readonly failures = new Map<string, { readonly since: number; readonly kind: ModelFailure }>();

  constructor(models: Models) {
    this.models = models;
  }

  /** Records that the endpoint's variants serve its traffic from now on. */
  serves(endpoint: Endpoint, from = Date.now()): void {
    const history = this.served.get(endpoint.name) ?? [];
    history.push({ from, model: this.modelOf(endpoint) });
    this.served.set(endpoint.name, history);
  }

  /** Degrades the model that the endpoint serves. Returns the ARN of its package, or its name if it has none. */
  degrade(endpoint: Endpoint, kind: ModelFailure): string {
    const model = this.modelOf(endpoint);
    this.failures.set(model, { since: Date.now() - detectionDelayMs, kind });
    return model;
  }

  /** Returns undefined if the endpoint did not exist at that time. */
  at(endpoint: string, time: number): Level | undefined {
    const serving = this.served.get(endpoint)?.findLast(({ from }) => from <= time);
    if (serving === undefined) return undefined;
    const failure = this.failures.get(serving.model);
    return failure === undefined || failure.since > time
      ? healthy
      : { ...healthy, ...degraded[failure.kind] };
  }

  private modelOf({ variants }: Endpoint): string {
    const name = variants[0]?.model ?? '';
    return this.models.packageNamed(name)?.arn ?? name;
  }
}
