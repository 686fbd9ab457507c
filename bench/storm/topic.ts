import { Agent, request } from 'node:http';
import { aNotification, type Signer } from '../../test/alarms/a-topic.ts';

/** What the topic would post. */
export function envelopeOf(signer: Signer, message: string): string {
  return JSON.stringify(
    signer.sign(aNotification({ Timestamp: new Date().toISOString(), Message: message })),
  );
}

/** Posts as SNS does, and again when it is told to; gives the ms that the answer took. */
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
