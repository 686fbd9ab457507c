/** How often a method may be called: so many a second over time, and so many at once. */
interface Limit {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * About one message a second and channel, and short bursts, which Slack lets pass and does not promise:
 * https://docs.slack.dev/apis/web-api/rate-limits. Updates are of tier 3, 50 a minute, in the whole workspace; its burst is
 * what a minute allows at least, as the limit is counted by the minute.
 */
const posts: Limit = { perSecond: 1, burst: 5 };
const updates: Limit = { perSecond: 50 / 60, burst: 50 };

const limits: Readonly<
  Record<string, { readonly limit: Limit; readonly of: (args: Readonly<Record<string, unknown>>) => string }>
> = {
  'chat.postMessage': { limit: posts, of: ({ channel }) => `post ${String(channel)}` },
  'files.completeUploadExternal': {
    limit: posts,
    of: ({ channel_id: channel }) => `post ${String(channel)}`,
  },
  'chat.update': { limit: updates, of: () => 'update' },
};

/** Slack's rate limits. Whoever goes beyond is told how many seconds to wait. */
export class RateLimits {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /** Undefined: the call may go, and is counted. */
  secondsToWait(method: string, args: Readonly<Record<string, unknown>>): number | undefined {
    const found = limits[method];
    if (found === undefined) return undefined;
    const { perSecond, burst } = found.limit;
    const now = this.now();
    const before = this.buckets.get(found.of(args)) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, before.tokens + ((now - before.at) / 1_000) * perSecond);
    const goes = tokens >= 1;
    this.buckets.set(found.of(args), { tokens: goes ? tokens - 1 : tokens, at: now });
    return goes ? undefined : Math.ceil((1 - tokens) / perSecond);
  }
}
