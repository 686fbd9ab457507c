import { pino } from 'pino';
import { vi } from 'vitest';
import { z } from 'zod';
import type { FaultRequest } from '../../sandbox/aws/faults.ts';
import { type Region, startRegion } from '../../sandbox/aws/start.ts';
import { type Clients, createClients } from '../../src/aws/clients.ts';
import type { Log } from '../../src/log.ts';

/** The stand-in region with real SDK clients, which find it through the AWS_ variables as in production. */
export interface RegionUnderTest {
  readonly region: Region;
  readonly clients: Clients;
  /** Injects a fault into the next matching requests, this many times. */
  readonly disturb: (fault: FaultRequest) => Promise<void>;
  readonly calm: () => Promise<void>;
  /** The mutating calls of this operation that the region committed. */
  readonly committed: (operation: string) => Promise<readonly Call[]>;
  readonly close: () => Promise<void>;
}

const Ledger = z.object({
  calls: z.array(z.object({ operation: z.string(), request: z.looseObject({}) })),
});
type Call = z.infer<typeof Ledger>['calls'][number];

export const silent: Log = pino({ level: 'silent' });

/** Long enough for a normal response, short enough for a test to wait for a timeout. */
const answerMs = 5_000;

export async function startRegionUnderTest(speed = 1): Promise<RegionUnderTest> {
  const region = await startRegion({ port: 0, speed, seed: true });
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ENDPOINT_URL', region.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const clients = createClients({ pathStyle: true, answerMs });
  return {
    region,
    clients,
    disturb: async (fault) => ask(`${region.url}/_sandbox/faults`, 'POST', fault),
    calm: async () => ask(`${region.url}/_sandbox/faults`, 'DELETE'),
    committed: async (operation) => {
      const answer = await fetch(`${region.url}/_sandbox/ledger`);
      return Ledger.parse(await answer.json()).calls.filter((call) => call.operation === operation);
    },
    close: async () => {
      clients.close();
      vi.unstubAllEnvs();
      await region.close();
    },
  };
}

async function ask(url: string, method: string, body?: unknown): Promise<void> {
  const answer = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
}
