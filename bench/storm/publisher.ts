import { Agent } from 'node:http';
import { publish } from './topic.ts';

/** Like SNS, posts several messages at a time. */
const lanes = 10;

/** A command for the publisher: post envelopes, or report the durations of the posts and reset them. */
export type PublisherCommand = { readonly envelopes: readonly string[] } | { readonly report: true };

/** Posts to the webhook from a separate process, so that other work does not distort the measurements. */
const [, , webhook = ''] = process.argv;
const agent = new Agent({ keepAlive: true });
const waiting: string[] = [];
let took: number[] = [];
let running = 0;
let onIdle: (() => void) | undefined;

function postNext(): void {
  for (; running < lanes; running += 1) {
    const envelope = waiting.shift();
    if (envelope === undefined) break;
    void postOne(envelope);
  }
  if (running === 0) onIdle?.();
}

async function postOne(envelope: string): Promise<void> {
  took.push(await publish(webhook, agent, envelope));
  running -= 1;
  postNext();
}

process.on('message', (command: PublisherCommand) => {
  if ('envelopes' in command) waiting.push(...command.envelopes);
  else
    onIdle = () => {
      process.send?.(took);
      took = [];
      onIdle = undefined;
    };
  postNext();
});
process.once('disconnect', () => process.exit(0));
