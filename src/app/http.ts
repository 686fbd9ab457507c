import { type Server, STATUS_CODES } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { firstWithin } from '../bot/clicks/deadline.ts';
import { OpsError } from '../errors.ts';
import type { Sample } from '../incidents/figures/figure-samples.ts';
import { createRareWarnings, type Log } from '../log.ts';

/** A readiness check: throws or returns the problem, if there is one. */
export interface ReadyCheck {
  readonly name: string;
  readonly run: () => Promise<string | undefined>;
}

export interface HttpDeps {
  readonly app: Express;
  readonly checks: readonly ReadyCheck[];
  /** Shown by /readyz beside the checks, whether ready or not. */
  readonly details: () => Promise<Readonly<Record<string, string>>>;
  readonly gauges: readonly {
    readonly name: string;
    readonly help: string;
    readonly labels?: readonly string[];
    /** A counter only grows while the process runs. Default: gauge. */
    readonly kind?: 'gauge' | 'counter';
    readonly read: () => Promise<number | readonly Sample[]>;
  }[];
  readonly log: Log;
  readonly now: () => number;
}

/** Without `env`, Express responds to errors with a stack trace unless NODE_ENV is production. */
export function createHttpApp(): Express {
  return express().disable('x-powered-by').set('env', 'production');
}

/** `/healthz`: the process is alive. `/readyz`: it can work. `/metrics`: Prometheus text. */
export function addRoutes({ app, checks, details, gauges, log, now }: HttpDeps): void {
  const ready = oneAtATime(async () => runAll(checks));
  const registry = metrics([...gauges, readyGauge(ready)]);
  app.get('/healthz', (_, response) => {
    response.json({ ok: true });
  });
  app.get('/readyz', async (_, response) => {
    const [results, beside] = await Promise.all([
      ready(),
      // Without Redis, the checks say so already.
      firstWithin(checkMs, details()).catch(() => undefined),
    ]);
    response
      .status(results.every(([, result]) => result === 'ok') ? 200 : 503)
      .json({ ...Object.fromEntries(results), ...beside });
  });
  app.get('/metrics', async (_, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  addErrorAnswers(app, log, now);
}

/** Load balancers give a readiness check a few seconds. */
const checkMs = 2_500;

type Results = readonly (readonly [name: string, result: string])[];

async function runAll(checks: readonly ReadyCheck[]): Promise<Results> {
  return Promise.all(checks.map(async ({ name, run }) => [name, await resultOf(run)] as const));
}

/** For alerts: a process that is not ready is not always asked whether it is. */
function readyGauge(ready: () => Promise<Results>): HttpDeps['gauges'][number] {
  return {
    name: 'relight_ready',
    help: '1 if this check of /readyz succeeds, 0 if not',
    labels: ['check'],
    read: async () =>
      (await ready()).map(([check, result]) => ({ labels: { check }, value: result === 'ok' ? 1 : 0 })),
  };
}

async function resultOf(run: ReadyCheck['run']): Promise<string> {
  try {
    const done = await firstWithin(
      checkMs,
      run().then((problem) => ({ problem })),
    );
    return done === undefined ? `no answer within ${checkMs / 1_000} s` : (done.problem ?? 'ok');
  } catch (thrown) {
    return String(thrown);
  }
}

/** Requests that arrive during a run share its result: however often `/readyz` is asked, Redis is asked once. */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return async () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}

/** The last handlers: for unknown paths and for every error. Clients learn only the status. */
function addErrorAnswers(app: Express, log: Log, now: () => number): void {
  const warn = createRareWarnings(log, now);
  const answer = (response: Response, status: number): void => {
    if (response.headersSent) response.destroy();
    else
      response
        .status(status)
        .type('text/plain')
        .send(`${STATUS_CODES[status] ?? 'Error'}\n`);
  };
  app.use((_: Request, response: Response) => answer(response, 404));
  // Express recognizes an error handler by its four parameters.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const status = statusOf(error);
    const reason = status < 500 ? 'a request was refused' : 'a request failed';
    warn(`${reason}: ${status} ${STATUS_CODES[status] ?? ''}`, { error: String(error) });
    answer(response, status);
  });
}

/** Express and its body parsers put the status on the error. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : 500;
}

function metrics(gauges: HttpDeps['gauges']): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'relight_' });
  for (const { name, help, labels = [], kind = 'gauge', read } of gauges) {
    const options = { name, help, labelNames: [...labels], registers: [] };
    const samples = async (): Promise<readonly Sample[]> => {
      // Without Redis some values are unknown, and the others say so.
      const found = (await firstWithin(checkMs, read()).catch(() => undefined)) ?? [];
      return typeof found === 'number' ? [{ labels: {}, value: found }] : found;
    };
    registry.registerMetric(
      kind === 'counter'
        ? new Counter({
            ...options,
            async collect() {
              const found = await samples();
              this.reset();
              for (const sample of found) this.inc(sample.labels, sample.value);
            },
          })
        : new Gauge({
            ...options,
            async collect() {
              const found = await samples();
              this.reset();
              for (const sample of found) this.set(sample.labels, sample.value);
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
