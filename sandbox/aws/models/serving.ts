import { z } from 'zod';
import type { Alarms } from '../alarms.ts';
import type { Bucket } from '../bucket.ts';
import type { Operations } from '../operation.ts';
import { activeAlarms, watchEndpoint } from './endpoint-alarms.ts';
import { Endpoints, NextUpdate } from './endpoints.ts';
import { EndpointFailRequest, Health } from './health.ts';
import { Models } from './models.ts';
import { servingOperations } from './operations.ts';
import { Registry } from './registry.ts';
import { TagBook } from './tag-book.ts';

/** The model registry, models and endpoints of the account. */
export class Serving {
  readonly registry = new Registry();
  readonly tags = new TagBook();
  readonly models: Models;
  readonly health: Health;
  readonly endpoints: Endpoints;
  private readonly alarms: Alarms;

  constructor(bucket: Bucket, alarms: Alarms, speed: number) {
    this.alarms = alarms;
    this.models = new Models(bucket, this.registry);
    this.health = new Health(this.models);
    this.endpoints = new Endpoints({
      models: this.models,
      speed,
      unknownAlarms: (names) => alarms.unknown(names),
      firstInAlarm: (names) => alarms.firstInAlarm(names),
      served: (endpoint) => {
        this.health.serves(endpoint);
        watchEndpoint(alarms, this.health, endpoint);
      },
    });
  }

  operations(): Operations {
    return { ...this.registry.operations(), ...servingOperations(this.models, this.endpoints, this.tags) };
  }

  /** Adds an endpoint that is already serving, with its alarms. */
  seedEndpoint(name: string, config: string, sinceMs: number, scaledBy: number): void {
    const endpoint = this.endpoints.seed(name, config, sinceMs / 1000, scaledBy);
    this.health.serves(endpoint, sinceMs);
    watchEndpoint(this.alarms, this.health, endpoint);
  }

  /** Degrades the model that the endpoint serves, and updates the endpoint's alarms. */
  fail(input: unknown): { readonly model: string; readonly alarms: readonly string[] } {
    const { endpoint: name, kind } = EndpointFailRequest.parse(input);
    const endpoint = this.endpoints.find(name);
    const model = this.health.degrade(endpoint, kind);
    watchEndpoint(this.alarms, this.health, endpoint);
    return { model, alarms: activeAlarms(this.alarms, endpoint) };
  }

  script(input: unknown): void {
    this.endpoints.script(NextUpdate.parse(input));
  }
}

/** Whether a fail request names an endpoint. */
export function namesEndpoint(input: unknown): boolean {
  return z.object({ endpoint: z.string() }).safeParse(input).success;
}
