import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SlackFault, SlackFaults } from './faults.ts';
import { readArgs, readBody, sendJson, tokenOf } from './http.ts';
import type { Args, SlackLedger } from './ledger.ts';
import { type AppSecrets, botScopes, botUser, channels, groups } from './seed.ts';
import { blocksProblem, viewProblem } from './validate-blocks.ts';

interface WebApiParts {
  readonly secrets: AppSecrets;
  readonly inner: string;
  readonly ledger: SlackLedger;
  readonly faults: SlackFaults;
  /** The address that Socket Mode clients are given instead of the binary's own. */
  readonly socketBase: () => string;
}

/** A call that Slack would take. */
interface Accepted {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly args: Args;
  readonly dropAfter: boolean;
}

type Problem = { readonly error: string; readonly messages: readonly string[] };

/** Slack's Web API: what local-slack lets pass is refused here as Slack would, then the call goes on to it. */
export class WebApi {
  private readonly parts: WebApiParts;

  constructor(parts: WebApiParts) {
    this.parts = parts;
  }

  async handle(method: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const args = readArgs(request, body);
    this.parts.ledger.called(method);
    const fault = this.parts.faults.next(method);
    if (fault !== undefined && fault.kind !== 'drop-after') {
      const over = await this.fail(fault, response);
      if (over) return;
    }
    const refused = this.refusal(method, request, args);
    if (refused === undefined)
      return this.carryOut(
        method,
        { request, body, args, dropAfter: fault?.kind === 'drop-after' },
        response,
      );
    if (/^(invalid_(blocks|arguments)|msg_)/.test(refused.error))
      this.parts.ledger.violated(method, refused.error, refused.messages);
    sendJson(response, {
      ok: false,
      error: refused.error,
      response_metadata: { messages: refused.messages },
    });
  }

  private async carryOut(
    method: string,
    { request, body, args, dropAfter }: Accepted,
    response: ServerResponse,
  ): Promise<void> {
    const answer = this.ownAnswer(method) ?? (await this.passOn(method, request, body));
    if (answer['ok'] === true) this.parts.ledger.committed(method, args, answer);
    if (dropAfter) response.destroy();
    else
      sendJson(response, this.completed(method, answer, args), 200, {
        'x-oauth-scopes': botScopes.join(','),
      });
  }

  /** True when the call is over with this. */
  private async fail(fault: SlackFault, response: ServerResponse): Promise<boolean> {
    if (fault.kind === 'delay') {
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      return false;
    }
    if (fault.kind === 'drop-before') response.destroy();
    else if (fault.kind === 'error') sendJson(response, { ok: false, error: 'internal_error' }, fault.status);
    else {
      this.parts.ledger.rateLimited += 1;
      sendJson(response, { ok: false, error: 'ratelimited' }, 429, {
        'retry-after': String(fault.retryAfter),
      });
    }
    return true;
  }

  private refusal(method: string, request: IncomingMessage, args: Args): Problem | undefined {
    const token = tokenOf(request, args);
    const wanted =
      method === 'apps.connections.open' ? this.parts.secrets.appToken : this.parts.secrets.botToken;
    if (token === undefined) return { error: 'not_authed', messages: [] };
    if (token !== wanted) return { error: 'invalid_auth', messages: [] };
    if (method.startsWith('chat.')) return this.messageProblem(method, args);
    return method.startsWith('views.') ? viewProblem(args['view']) : undefined;
  }

  private messageProblem(method: string, args: Args): Problem | undefined {
    const channel = channels.find(({ id }) => id === args['channel']);
    if (channel === undefined) return { error: 'channel_not_found', messages: [] };
    if (!channel.members.includes(botUser)) return { error: 'not_in_channel', messages: [] };
    if (method === 'chat.update' && this.parts.ledger.find(channel.id, String(args['ts'])) === undefined)
      return { error: 'message_not_found', messages: [] };
    const text = typeof args['text'] === 'string' ? args['text'] : '';
    if (text === '' && args['blocks'] === undefined && method !== 'chat.getPermalink')
      return { error: 'no_text', messages: [] };
    if (text.length > 40_000) return { error: 'msg_too_long', messages: [] };
    return blocksProblem(args['blocks'], 50);
  }

  /** Methods that local-slack does not have. */
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

  private async passOn(method: string, request: IncomingMessage, body: Buffer): Promise<Args> {
    if (method === 'usergroups.users.list') return membersOf(readArgs(request, body));
    const headers = Object.fromEntries(
      ['content-type', 'authorization'].flatMap((name) =>
        request.headers[name] === undefined ? [] : [[name, String(request.headers[name])]],
      ),
    );
    const path = (request.url ?? '').replace(/^.*\/api\//, '/api/');
    const answer = await fetch(`${this.parts.inner}${path}`, {
      method: request.method ?? 'POST',
      headers,
      ...(request.method === 'GET' ? {} : { body }),
    });
    return (await answer.json()) as Args;
  }

  /** What local-slack forgets: message metadata, the flags of users and channels, the front's own socket address. */
  private completed(method: string, answer: Args, args: Args): Args {
    if (method === 'apps.connections.open' && typeof answer['url'] === 'string')
      return { ...answer, url: `${this.parts.socketBase()}${new URL(answer['url']).pathname}` };
    if (method === 'users.info' && answer['ok'] === true)
      return {
        ...answer,
        user: {
          deleted: false,
          is_restricted: false,
          is_ultra_restricted: false,
          is_stranger: false,
          team_id: 'T0SANDBOX',
          ...(answer['user'] as object),
        },
      };
    if (method === 'conversations.info' && answer['ok'] === true)
      return {
        ...answer,
        channel: {
          is_ext_shared: false,
          is_archived: false,
          is_member: true,
          ...(answer['channel'] as object),
        },
      };
    if (
      (method === 'conversations.replies' || method === 'conversations.history') &&
      Array.isArray(answer['messages'])
    )
      return { ...answer, messages: this.withMetadata(answer['messages'] as { ts: string }[], args) };
    return answer;
  }

  private withMetadata(messages: readonly { readonly ts: string }[], args: Args): unknown[] {
    const limit = Number(args['limit'] ?? 1_000);
    return messages.slice(0, limit).map((message) => ({
      ...message,
      metadata: this.parts.ledger.find(String(args['channel']), message.ts)?.metadata,
    }));
  }
}

function membersOf(args: Args): Args {
  const group = groups[String(args['usergroup'])];
  return group === undefined ? { ok: false, error: 'no_such_subteam' } : { ok: true, users: group.users };
}
