import type { Server } from 'node:http';
import express, { type Express } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { OpsError } from './errors.ts';

/** One thing that must work for this process to do its work; throws or answers with what is wrong. */
export interface ReadyCheck {
  readonly name: string;
  readonly run: () => Promise<string | undefined>;
}

export interface HttpParts {
  readonly app: Express;
  readonly checks: readonly ReadyCheck[];
  /** Name and present value of each gauge of ours. */
  readonly gauges: readonly {
    readonly name: string;
    readonly help: string;
    readonly read: () => Promise<number>;
  }[];
}

export function createHttpApp(): Express {
  return express().disable('x-powered-by');
}

/** `/healthz`: the process lives. `/readyz`: it can do its work. `/metrics`: Prometheus text. */
export function addRoutes({ app, checks, gauges }: HttpParts): void {
  const registry = metrics(gauges);
  app.get('/healthz', (_, response) => {
    response.json({ ok: true });
  });
  app.get('/readyz', async (_, response) => {
    const results = await Promise.all(
      checks.map(async ({ name, run }) => [name, (await run().catch(String)) ?? 'ok'] as const),
    );
    response
      .status(results.every(([, result]) => result === 'ok') ? 200 : 503)
      .json(Object.fromEntries(results));
  });
  app.get('/metrics', async (_, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
}

function metrics(gauges: HttpParts['gauges']): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'relight_' });
  for (const { name, help, read } of gauges) {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        async collect() {
          this.set(await read());
        },
      }),
    );
  }
  return registry;
}

export async function listen(app: Express, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, (error?: Error) => {
      if (error === undefined) resolve(server);
      else reject(new OpsError('config-invalid', `PORT ${port} cannot be opened (${error.message})`));
    });
  });
}
