import { createServer } from 'node:http';
import { startRegion } from '../../sandbox/aws/start.ts';
import { closed, listening } from '../../sandbox/listen.ts';
import { credentials } from '../../sandbox/relight-process.ts';
import { RateLimits } from '../../sandbox/slack/limits.ts';
import { startSlackFront } from '../../sandbox/slack/start.ts';
import { watchQueue } from './queue-watch.ts';

/** Where the stand-ins are. */
export interface Doors {
  readonly region: string;
  /** The region as Relight sees it, with a watch on its queue. */
  readonly watched: string;
  readonly queue: string;
  readonly slack: string;
  /** GET: how long messages of the queue took. */
  readonly took: string;
}

/** How many times faster than life: a job trains, and has a checkpoint, within half a minute. */
const speed = 20;

/** Slack and AWS in a process of their own, so that their work holds up nobody whose time is taken. */
const [region, slack] = await Promise.all([
  startRegion({ port: 0, speed, seed: true }),
  startSlackFront({ port: 0, limits: new RateLimits(), ...credentials }),
]);
const watch = await watchQueue(region.url);
const told = createServer((_, response) => response.end(JSON.stringify(watch.took)));
const doors: Doors = {
  region: region.url,
  watched: watch.url,
  queue: region.queueUrl.replace(region.url, watch.url),
  slack: slack.url,
  took: await listening(told, 0),
};
process.send?.(doors);
process.once('disconnect', () => {
  void Promise.all([watch.close(), closed(told), slack.close(), region.close()]).then(() => process.exit(0));
});
