import { Agent } from 'node:http';
import { publish } from './topic.ts';

/** As SNS does it: so many posts at a time. */
const lanes = 10;

/** What the publisher is told: envelopes to post, or to say how long its posts took and forget it. */
export type Order = { readonly envelopes: readonly string[] } | { readonly tell: true };

/** Posts to the webhook, in a process of its own: whoever measures must not be held up by other work. */
const [, , webhook = ''] = process.argv;
const agent = new Agent({ keepAlive: true });
const waiting: string[] = [];
let took: number[] = [];
let running = 0;
let told: (() => void) | undefined;

function goOn(): void {
  for (; running < lanes; running += 1) {
    const envelope = waiting.shift();
    if (envelope === undefined) break;
    void postOne(envelope);
  }
  if (running === 0) told?.();
}

async function postOne(envelope: string): Promise<void> {
  took.push(await publish(webhook, agent, envelope));
  running -= 1;
  goOn();
}

process.on('message', (order: Order) => {
  if ('envelopes' in order) waiting.push(...order.envelopes);
  else
    told = () => {
      process.send?.(took);
      took = [];
      told = undefined;
    };
  goOn();
});
process.once('disconnect', () => process.exit(0));
