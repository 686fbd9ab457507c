import { createServer } from 'node:http';
import { startRegion } from '../../sandbox/aws/start.ts';
import { closed, listening } from '../../sandbox/listen.ts';
import { credentials } from '../../sandbox/relight-process.ts';
import { RateLimits } from '../../sandbox/slack/limits.ts';
import { startSlackFront } from '../../sandbox/slack/start.ts';
import { watchQueue } from './queue-watch.ts';

/** The URLs of the stand-ins. */
export interface StandInAddresses {
  readonly region: string;
  /** The region's URL for Relight, which goes through the queue proxy. */
  readonly watched: string;
  readonly queue: string;
  readonly slack: string;
  /** Returns the durations of queue messages. */
  readonly took: string;
}

/** Relative to real time: a job trains and has a checkpoint within half a minute. */
const speed = 20;

/** Slack and AWS run in a separate process, so that their work does not distort the measurements. */
const [region, slack] = await Promise.all([
  startRegion({ port: 0, speed, seed: true }),
  startSlackFront({ port: 0, limits: new RateLimits(), ...credentials }),
]);
const watch = await watchQueue(region.url);
const durations = createServer((_, response) => response.end(JSON.stringify(watch.took)));
const addresses: StandInAddresses = {
  region: region.url,
  watched: watch.url,
  queue: region.queueUrl.replace(region.url, watch.url),
  slack: slack.url,
  took: await listening(durations, 0),
};
process.send?.(addresses);
process.once('disconnect', () => {
  void Promise.all([watch.close(), closed(durations), slack.close(), region.close()]).then(() =>
    process.exit(0),
  );
});
