import type { IncomingMessage, ServerResponse } from 'node:http';
import { applyFault, type SlackFault, type SlackFaults, sendRateLimited } from './faults.ts';
import { readArgs, readBody, sendJson, tokenOf } from './http.ts';
import type { Args, SlackLedger } from './ledger.ts';
import type { RateLimits } from './limits.ts';
import { type AppSecrets, botScopes, botUser, channels, groups } from './seed.ts';
import { filesAnswer, type Uploads } from './uploads.ts';
import { blocksProblem, type Problem, viewProblem } from './validate-blocks.ts';

interface WebApiDeps {
  readonly secrets: AppSecrets;
  readonly inner: string;
  readonly ledger: SlackLedger;
  readonly faults: SlackFaults;
  readonly uploads: Uploads;
  /** Undefined means no rate limits. */
  readonly limits: RateLimits | undefined;
  /** The front's address, which replaces the binary's in responses. */
  readonly base: () => string;
}

/** A call that passed Slack's checks. */
interface Accepted {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly args: Args;
  readonly fault: SlackFault | undefined;
}

const shareFiles = 'files.completeUploadExternal';

/** Slack's Web API: refuses calls that Slack would refuse and local-slack would not, and forwards the rest. */
export class WebApi {
  private readonly deps: WebApiDeps;

  constructor(deps: WebApiDeps) {
    this.deps = deps;
  }

  async handle(method: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const args = readArgs(request, body);
    this.deps.ledger.called(method);
    const fault = this.deps.faults.next(method);
    if (applyFault(method, fault, response, this.deps.ledger)) return;
    if (fault?.kind === 'hold') await new Promise<void>((resolve) => this.deps.faults.hold(resolve));
    const wait = this.deps.limits?.secondsToWait(method, args);
    if (wait !== undefined) return sendRateLimited(method, response, this.deps.ledger, wait);
    const refused = this.refusal(method, request, args);
    if (refused === undefined) return this.carryOut(method, { request, body, args, fault }, response);
    if (/^(invalid_(blocks|arguments)|msg_)/.test(refused.error))
      this.deps.ledger.violated(method, refused.error, refused.messages);
    sendJson(response, {
      ok: false,
      error: refused.error,
      response_metadata: { messages: refused.messages },
    });
  }

  private async carryOut(method: string, call: Accepted, response: ServerResponse): Promise<void> {
    const { args, fault } = call;
    const isDropped = method === shareFiles && this.deps.uploads.silentlyDrops(args);
    if (fault?.kind === 'late') {
      response.destroy();
      this.deps.faults.hold(() => void this.commit(method, call));
      return;
    }
    const answer = isDropped ? filesAnswer(args) : await this.commit(method, call);
    if (fault?.kind === 'drop-after') response.destroy();
    else
      sendJson(response, this.completed(method, answer, args), 200, {
        'x-oauth-scopes': botScopes.join(','),
      });
  }

  private async commit(method: string, { request, body, args }: Accepted): Promise<Args> {
    const answer = this.ownAnswer(method) ?? (await this.forward(method, request, body));
    if (answer['ok'] === true && method === shareFiles) this.deps.uploads.shared(args, answer);
    else if (answer['ok'] === true) this.deps.ledger.committed(method, args, answer);
    return answer;
  }

  private refusal(method: string, request: IncomingMessage, args: Args): Problem | undefined {
    const token = tokenOf(request, args);
    const wanted =
      method === 'apps.connections.open' ? this.deps.secrets.appToken : this.deps.secrets.botToken;
    if (token === undefined) return { error: 'not_authed', messages: [] };
    if (token !== wanted) return { error: 'invalid_auth', messages: [] };
    if (method.startsWith('chat.')) return this.messageProblem(method, args);
    if (method === 'files.getUploadURLExternal') return this.deps.uploads.ticketProblem(args);
    if (method === shareFiles) return this.deps.uploads.shareProblem(args);
    return method.startsWith('views.') ? viewProblem(args['view']) : undefined;
  }

  private messageProblem(method: string, args: Args): Problem | undefined {
    const channel = channels.find(({ id }) => id === args['channel']);
    if (channel === undefined) return { error: 'channel_not_found', messages: [] };
    if (!channel.members.includes(botUser)) return { error: 'not_in_channel', messages: [] };
    if (method === 'chat.update' && this.deps.ledger.find(channel.id, String(args['ts'])) === undefined)
      return { error: 'message_not_found', messages: [] };
    const text = typeof args['text'] === 'string' ? args['text'] : '';
    if (text === '' && args['blocks'] === undefined && method !== 'chat.getPermalink')
      return { error: 'no_text', messages: [] };
    if (text.length > 40_000) return { error: 'msg_too_long', messages: [] };
    return blocksProblem(args['blocks'], 50);
  }

  /** Responses for methods that local-slack does not implement. */
  private ownAnswer(method: string): Args | undefined {
    if (method === 'usergroups.list')
      return {
        ok: true,
        usergroups: Object.entries(groups).map(([id, group]) => ({
          id,
          handle: group.handle,
          users: group.users,
        })),
      };
    return undefined;
  }

  private async forward(method: string, request: IncomingMessage, body: Buffer): Promise<Args> {
    if (method === 'usergroups.users.list') return membersOf(readArgs(request, body));
    const headers = Object.fromEntries(
      ['content-type', 'authorization'].flatMap((name) =>
        request.headers[name] === undefined ? [] : [[name, String(request.headers[name])]],
      ),
    );
    const path = (request.url ?? '').replace(/^.*\/api\//, '/api/');
    const answer = await fetch(`${this.deps.inner}${path}`, {
      method: request.method ?? 'POST',
      headers,
      ...(request.method === 'GET' ? {} : { body }),
    });
    return (await answer.json()) as Args;
  }

  private completed(method: string, answer: Args, args: Args): Args {
    const complete = answer['ok'] === true ? this.completions[method] : undefined;
    return complete?.(answer, args) ?? answer;
  }

  /** Adds what local-slack omits (message metadata, flags of users and channels) and replaces its addresses. */
  private readonly completions: Readonly<Record<string, (answer: Args, args: Args) => Args>> = {
    'apps.connections.open': (answer) => ({
      ...answer,
      url: `${this.deps.base().replace('http', 'ws')}${new URL(String(answer['url'])).pathname}`,
    }),
    'users.info': (answer) => ({ ...answer, user: { ...plainUser, ...(answer['user'] as object) } }),
    'conversations.info': (answer) => ({
      ...answer,
      channel: { ...plainChannel, ...(answer['channel'] as object) },
    }),
    'conversations.replies': (answer, args) => this.withMetadata(answer, args),
    'conversations.history': (answer, args) => this.withMetadata(answer, args),
    'files.getUploadURLExternal': (answer, args) => this.deps.uploads.ticket(args, answer, this.deps.base()),
    [shareFiles]: (_, args) => filesAnswer(args),
  };

  private withMetadata(answer: Args, args: Args): Args {
    const limit = Number(args['limit'] ?? 1_000);
    const messages = (answer['messages'] as { readonly ts: string }[]).slice(0, limit);
    return {
      ...answer,
      messages: messages.map((message) => ({
        ...message,
        metadata: this.deps.ledger.find(String(args['channel']), message.ts)?.metadata,
      })),
    };
  }
}

const plainUser = {
  deleted: false,
  is_restricted: false,
  is_ultra_restricted: false,
  is_stranger: false,
  team_id: 'T0SANDBOX',
};
const plainChannel = { is_ext_shared: false, is_archived: false, is_member: true };

function membersOf(args: Args): Args {
  const group = groups[String(args['usergroup'])];
  return group === undefined ? { ok: false, error: 'no_such_subteam' } : { ok: true, users: group.users };
}
