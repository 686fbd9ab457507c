import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { aNotification, type Signer } from '../../test/alarms/a-topic.ts';
import type { PublisherCommand } from './publisher.ts';
import type { StormWorld } from './world.ts';

export interface Topic {
  /** Returns the signed envelope that the topic would post. */
  readonly sign: (message: string) => string;
  readonly publisher: {
    readonly post: (envelopes: readonly string[]) => Promise<void>;
    /** Waits until everything is posted; returns the durations in ms of all posts since the last call. */
    readonly took: () => Promise<readonly number[]>;
    readonly close: () => void;
  };
}

export function openTopic({ signer, webhook }: Pick<StormWorld, 'signer' | 'webhook'>): Topic {
  const child = fork(fileURLToPath(new URL('./publisher.ts', import.meta.url)), [webhook]);
  return {
    sign: (message) => envelopeOf(signer, message),
    publisher: {
      post: async (envelopes) => void child.send({ envelopes } satisfies PublisherCommand),
      took: async () => {
        const answer = once(child, 'message');
        child.send({ report: true } satisfies PublisherCommand);
        // The publisher sends a list of numbers.
        return (await answer)[0] as readonly number[];
      },
      close: () => child.disconnect(),
    },
  };
}

function envelopeOf(signer: Signer, message: string): string {
  return JSON.stringify(
    signer.sign(aNotification({ Timestamp: new Date().toISOString(), Message: message })),
  );
}

/** Posts like SNS and retries on 5xx; returns the response time in ms. */
export async function publish(webhook: string, agent: Agent, envelope: string): Promise<number> {
  const start = performance.now();
  const status = await post(webhook, agent, envelope);
  const took = performance.now() - start;
  if (status >= 500) return publish(webhook, agent, envelope);
  if (status !== 200) throw new Error(`/alarms/sns answered ${status}`);
  return took;
}

function post(url: string, agent: Agent, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'text/plain; charset=UTF-8',
      'content-length': Buffer.byteLength(body),
    };
    const asking = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    asking.once('error', reject);
    asking.end(body);
  });
}
