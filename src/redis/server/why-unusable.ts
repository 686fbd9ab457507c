import { asOpsError, OpsError } from '../../errors.ts';
import { withoutRedisSecrets } from '../redis-url.ts';
import { serverInfo, unreachable } from './ask-server.ts';
import { requirePrimary } from './requirements.ts';

const lookMs = 1_000;

/**
 * Why a command or a connection failed. While ioredis reconnects, its error does not name the reason, so the server is
 * asked on a new connection.
 */
export async function whyUnusable(url: string, thrown: unknown): Promise<OpsError> {
  if (thrown instanceof OpsError) return thrown;
  const says = withoutRedisSecrets(asOpsError(thrown).detail, url);
  if (/\bOOM\b/.test(says)) return new OpsError('redis-full', says);
  try {
    requirePrimary(await serverInfo(url, 'replication', lookMs));
    return /\bREADONLY\b|isn't writeable/.test(says)
      ? unreachable(url, 'the connection is being replaced')
      : unreachable(url, thrown);
  } catch (found) {
    return found instanceof OpsError ? found : unreachable(url, thrown);
  }
}
