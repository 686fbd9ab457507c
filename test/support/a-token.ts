import type { JsonObject, Mark, Token } from '../../src/ports/ports.ts';
import { issueToken } from '../../src/ports/token.ts';

/** The token of a request that people approved. */
export function tokenFor(
  mark: Mark,
  request: JsonObject,
  confirm = async (): Promise<void> => undefined,
): Token {
  return issueToken(mark, { hash: 'of-the-request', approvers: ['U0LEAD'], request, confirm });
}
