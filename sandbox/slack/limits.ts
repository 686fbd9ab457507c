/** The limit of one method: a sustained rate and a burst. */
interface Limit {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Slack allows about one message per second and channel, and tolerates short bursts without guaranteeing them:
 * https://docs.slack.dev/apis/web-api/rate-limits. Updates are tier 3: 50 per minute for the whole workspace. Slack
 * counts by the minute, so a full minute's allowance may come in one burst.
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

/** Slack's rate limits, as one token bucket per method and channel. */
export class RateLimits {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /** Returns undefined if the call is allowed, and counts it. */
  secondsToWait(method: string, args: Readonly<Record<string, unknown>>): number | undefined {
    const found = limits[method];
    if (found === undefined) return undefined;
    const { perSecond, burst } = found.limit;
    const now = this.now();
    const before = this.buckets.get(found.of(args)) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, before.tokens + ((now - before.at) / 1_000) * perSecond);
    const allowed = tokens >= 1;
    this.buckets.set(found.of(args), { tokens: allowed ? tokens - 1 : tokens, at: now });
    return allowed ? undefined : Math.ceil((1 - tokens) / perSecond);
  }
}
