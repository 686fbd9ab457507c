/** A file in a message. */
export interface ShownFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
  readonly alt?: string;
}

/** A message as committed in Slack. The tests trust only this record. */
export interface PostedMessage {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  text: string;
  blocks: unknown[];
  readonly metadata?: unknown;
  readonly files?: readonly ShownFile[];
  readonly postedAt: number;
  edits: number;
  updatedAt?: number;
}

export type Args = Readonly<Record<string, unknown>>;

/** `at` in ms. */
type Timed = Args & { readonly at: number };

const onTheirWayMs = 500;

export class SlackLedger {
  readonly messages: PostedMessage[] = [];
  private readonly ephemerals: Timed[] = [];
  private readonly views: Timed[] = [];
  private readonly calls: Record<string, number> = {};
  private readonly violations: unknown[] = [];
  private rateLimited = 0;
  /** Calls that came before the Retry-After of their method was over. */
  private readonly early: unknown[] = [];
  private readonly waits = new Map<string, { readonly since: number; readonly until: number }>();

  called(method: string): void {
    this.calls[method] = (this.calls[method] ?? 0) + 1;
    const wait = this.waits.get(method);
    const now = Date.now();
    // Calls that were already on their way when Slack refused the first one do not count.
    if (wait !== undefined && now > wait.since + onTheirWayMs && now < wait.until)
      this.early.push({ method, byMs: wait.until - now, at: now });
  }

  /** Slack has refused a call and told how many seconds to wait. */
  limited(method: string, seconds: number): void {
    this.rateLimited += 1;
    const now = Date.now();
    this.waits.set(method, { since: now, until: now + seconds * 1_000 });
  }

  violated(method: string, error: string, messages: readonly string[]): void {
    this.violations.push({ method, error, messages, at: Date.now() });
  }

  /** Records a call that the workspace accepted. */
  committed(method: string, args: Args, answer: Args): void {
    if (method === 'chat.postMessage') this.posted(args, String(answer['ts']));
    if (method === 'chat.update') this.updated(args);
    if (method === 'chat.postEphemeral')
      this.ephemerals.push({
        channel: args['channel'],
        user: args['user'],
        text: text(args),
        ...thread(args),
        at: Date.now(),
      });
    if (method.startsWith('views.'))
      this.views.push({
        kind: method.slice('views.'.length),
        user: args['user_id'],
        view: args['view'],
        at: Date.now(),
      });
  }

  /** Records the view that the app returned in response to a submission. */
  viewReplaced(user: string, view: unknown): void {
    this.views.push({ kind: 'update', user, view, at: Date.now() });
  }

  /** Records a message that consists only of files. */
  filesPosted(args: Args, ts: string, files: readonly ShownFile[]): void {
    const channel = String(args['channel_id']);
    const at = { postedAt: Date.now(), edits: 0 };
    this.messages.push({ channel, ts, ...thread(args), text: text(args), blocks: [], files, ...at });
  }

  find(channel: string, ts: string): PostedMessage | undefined {
    return this.messages.find((message) => message.channel === channel && message.ts === ts);
  }

  /** `since` in ms: only what was posted, updated or opened from then on, for tests that read the ledger often. */
  show(since = 0): unknown {
    const { calls, rateLimited, early, violations } = this;
    const messages = this.messages.filter(({ postedAt, updatedAt }) => (updatedAt ?? postedAt) >= since);
    const ephemerals = this.ephemerals.filter(({ at }) => at >= since);
    const views = this.views.filter(({ at }) => at >= since);
    return { messages, ephemerals, views, calls, rateLimited, early, violations };
  }

  private posted(args: Args, ts: string): void {
    const metadata = args['metadata'] === undefined ? {} : { metadata: args['metadata'] };
    this.messages.push({
      channel: String(args['channel']),
      ts,
      ...thread(args),
      text: text(args),
      blocks: blocks(args),
      ...metadata,
      postedAt: Date.now(),
      edits: 0,
    });
  }

  private updated(args: Args): void {
    const message = this.find(String(args['channel']), String(args['ts']));
    if (message === undefined) return;
    message.text = text(args);
    message.blocks = blocks(args);
    message.edits += 1;
    message.updatedAt = Date.now();
  }
}

function text(args: Args): string {
  return typeof args['text'] === 'string' ? args['text'] : '';
}

function blocks(args: Args): unknown[] {
  return Array.isArray(args['blocks']) ? args['blocks'] : [];
}

function thread(args: Args): { thread_ts?: string } {
  return typeof args['thread_ts'] === 'string' ? { thread_ts: args['thread_ts'] } : {};
}
