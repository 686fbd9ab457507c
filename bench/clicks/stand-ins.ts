import { startRegion } from '../../sandbox/aws/start.ts';
import { credentials } from '../../sandbox/relight-process.ts';
import { startSlackFront } from '../../sandbox/slack/start.ts';
import { jobs } from './jobs.ts';

export interface ClickStandIns {
  readonly region: string;
  readonly queue: string;
  readonly slack: string;
}

/** A process of its own, so that its work does not distort the measurements. Slack's limits on messages are not measured. */
const [region, slack] = await Promise.all([
  startRegion({
    port: 0,
    speed: 20,
    seed: true,
    jobs: jobs.map((name) => ({ name, tier: 'gold', step: 900, checkpoints: [850] })),
  }),
  startSlackFront({ port: 0, ...credentials }),
]);
process.send?.({ region: region.url, queue: region.queueUrl, slack: slack.url } satisfies ClickStandIns);
process.once('disconnect', () => {
  void Promise.all([slack.close(), region.close()]).then(() => process.exit(0));
});
