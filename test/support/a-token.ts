import type { AttemptKey, JsonObject, Token } from '../../src/ports/ports.ts';
import { issueToken } from '../../src/ports/token.ts';

/** The token of a request that people approved. */
export function tokenFor(
  attemptKey: AttemptKey,
  request: JsonObject,
  confirm = async (): Promise<void> => undefined,
): Token {
  return issueToken(attemptKey, {
    hash: 'of-the-request',
    approvers: ['U0LEAD'],
    request,
    confirm,
    requireNoHalt: async () => undefined,
  });
}
