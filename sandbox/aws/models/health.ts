import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import type { Models } from './models.ts';

export const EndpointFailRequest = z.object({
  endpoint: z.string(),
  kind: z.enum(['model-degraded', 'model-errors', 'model-slow']),
});
export type Trouble = z.infer<typeof EndpointFailRequest>['kind'];

/** What an endpoint gives in one minute, before noise. */
export interface Level {
  readonly invocations: number;
  readonly latencyMicroseconds: number;
  readonly errors4xx: number;
  readonly errors5xx: number;
  /** Mean reward of sampled answers, as the team's own evaluator publishes it. */
  readonly performance: number;
}

const well: Level = {
  invocations: 240,
  latencyMicroseconds: 820_000,
  errors4xx: 2,
  errors5xx: 0,
  performance: 0.78,
};
const ill: Readonly<Record<Trouble, Partial<Level>>> = {
  'model-degraded': { performance: 0.41, errors5xx: 4, latencyMicroseconds: 1_350_000 },
  'model-errors': { errors5xx: 63, performance: 0.7 },
  'model-slow': { latencyMicroseconds: 6_400_000 },
};

/** An alarm looks at whole minutes that have passed, so what it tells has gone on for some. */
const unnoticedMs = 3 * 60_000;

interface Served {
  readonly from: number;
  readonly model: string;
}

/**
 * How well endpoints answer, now and before. A model that is bad is bad wherever and whenever it is served, so an
 * endpoint recovers by serving another one. Times are ms.
 */
export class Health {
  private readonly models: Models;
  private readonly served = new Map<string, Served[]>();
  private readonly troubles = new Map<string, { readonly since: number; readonly kind: Trouble }>();

  constructor(models: Models) {
    this.models = models;
  }

  /** From now on the endpoint's variants answer its traffic. */
  serves(endpoint: Endpoint, from = Date.now()): void {
    const history = this.served.get(endpoint.name) ?? [];
    history.push({ from, model: this.modelOf(endpoint) });
    this.served.set(endpoint.name, history);
  }

  /** The model that the endpoint serves goes bad; answers with that model's package, or its name where it has none. */
  worsen(endpoint: Endpoint, kind: Trouble): string {
    const model = this.modelOf(endpoint);
    this.troubles.set(model, { since: Date.now() - unnoticedMs, kind });
    return model;
  }

  /** Undefined: the endpoint was not there then. */
  at(endpoint: string, time: number): Level | undefined {
    const serving = this.served.get(endpoint)?.findLast(({ from }) => from <= time);
    if (serving === undefined) return undefined;
    const trouble = this.troubles.get(serving.model);
    return trouble === undefined || trouble.since > time ? well : { ...well, ...ill[trouble.kind] };
  }

  private modelOf({ variants }: Endpoint): string {
    const name = variants[0]?.model ?? '';
    return this.models.packageNamed(name)?.arn ?? name;
  }
}
