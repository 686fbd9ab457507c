import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { OpsError, type OpsErrorCode } from '../../errors.ts';

/** How a call failed. `unknown`: Slack may have carried it out. */
export type CallFailure =
  | { readonly kind: 'busy'; readonly afterMs: number }
  | { readonly kind: 'unknown' }
  /** Slack's error code: https://docs.slack.dev/reference/methods/chat.postMessage#errors */
  | { readonly kind: 'refused'; readonly error: string };

const unknownResult: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'request_timeout',
  'service_unavailable',
]);
/** Slack's error codes that have their own remedy. */
const codes: Readonly<Record<string, OpsErrorCode>> = {
  not_authed: 'slack-auth',
  invalid_auth: 'slack-auth',
  account_inactive: 'slack-auth',
  token_revoked: 'slack-auth',
  token_expired: 'slack-auth',
  not_allowed_token_type: 'slack-auth',
  team_access_not_granted: 'slack-auth',
  org_login_required: 'slack-auth',
  access_denied: 'slack-auth',
  no_permission: 'slack-scope',
  missing_scope: 'slack-scope',
  channel_not_found: 'slack-channel',
  not_in_channel: 'slack-channel',
  is_archived: 'slack-channel',
  restricted_action: 'slack-channel',
  restricted_action_read_only_channel: 'slack-channel',
  no_such_subteam: 'slack-group',
  paid_teams_only: 'slack-group',
};

export function failureOf(thrown: unknown): CallFailure {
  if (thrown instanceof WebAPIRateLimitedError)
    return { kind: 'busy', afterMs: Math.max(1, thrown.retryAfter) * 1_000 };
  if (thrown instanceof WebAPIPlatformError) return ofPlatform(thrown.data.error);
  if (thrown instanceof WebAPIHTTPError && thrown.statusCode < 500)
    return { kind: 'refused', error: `HTTP ${thrown.statusCode}` };
  return { kind: 'unknown' };
}

function ofPlatform(error: string): CallFailure {
  if (error === 'ratelimited') return { kind: 'busy', afterMs: 1_000 };
  return unknownResult.has(error) ? { kind: 'unknown' } : { kind: 'refused', error };
}

/** For calls that are not retried. */
export function asSlackError(thrown: unknown): OpsError {
  if (thrown instanceof OpsError) return thrown;
  const failure = failureOf(thrown);
  if (failure.kind === 'refused') return refusalError(failure.error, thrown);
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new OpsError('slack-unavailable', detail, { cause: thrown });
}

export function refusalError(error: string, cause: unknown): OpsError {
  return new OpsError(codes[error] ?? 'slack-unavailable', error, { cause });
}
