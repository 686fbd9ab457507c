import type { Incident } from '../../incidents/model/incident.ts';
import type { Limiter } from '../../outbox/limiter.ts';
import type { Message, SlackThreads } from '../../outbox/outbox.ts';
import type { Clock } from '../../ports/ports.ts';

interface Delivery<M extends Message> {
  readonly slackThreads: SlackThreads<M>;
  readonly limiter: Limiter;
  readonly clock: Clock;
}

const everyMs = 60_000;
const refusedMs = 20_000;

/**
 * The injected fault `slack-429`: Slack takes no message of the drill in the first 20 seconds of each minute. The root is
 * always posted. A refusal pauses the drill's thread alone: the limit of the channel belongs to real incidents too.
 */
export function withSlackFault<M extends Message>({
  slackThreads,
  limiter,
  clock,
}: Delivery<M>): Pick<Delivery<M>, 'slackThreads' | 'limiter'> {
  return {
    slackThreads: {
      ...slackThreads,
      post: async (incident, message, root) => {
        const afterMs = root === undefined ? 0 : refusedFor(incident, clock.now());
        return afterMs > 0 ? { kind: 'busy', afterMs } : slackThreads.post(incident, message, root);
      },
    },
    limiter: { ...limiter, pauseFor: async () => undefined },
  };
}

function refusedFor({ drill, openedAt }: Incident, now: number): number {
  if (drill?.faults.includes('slack-429') !== true) return 0;
  return Math.max(0, refusedMs - ((now - openedAt) % everyMs));
}
