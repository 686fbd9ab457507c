import type { types } from '@slack/bolt';
import { OpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { SendResult } from '../../outbox/outbox.ts';
import type { Rendered } from '../views/render-limits.ts';
import { failureOf, refusalError } from './slack-errors.ts';

export interface Content {
  readonly text: string;
  readonly blocks: types.KnownBlock[];
}

/** Slack's errors for blocks that it rejects even within the documented limits. */
const unrenderable: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
]);

/** If Slack rejects the blocks, the message is sent as plain text: a decision that nobody sees blocks the recovery. */
export async function sending(
  log: Log,
  { text, blocks }: Rendered,
  call: (content: Content) => Promise<string | undefined>,
): Promise<SendResult> {
  const attempt = async (
    content: Content,
  ): Promise<SendResult | { readonly refused: string; readonly cause: unknown }> => {
    try {
      const ts = await call(content);
      return ts === undefined ? { kind: 'unknown' } : { kind: 'sent', ts };
    } catch (thrown) {
      const failure = failureOf(thrown);
      return failure.kind === 'refused' ? { refused: failure.error, cause: thrown } : failure;
    }
  };
  const first = await attempt({ text, blocks: [...blocks] });
  if (!('refused' in first)) return first;
  if (!unrenderable.has(first.refused)) throw refusalError(first.refused, first.cause);
  log.error({ error: first.refused, blocks: blocks.length }, 'Slack refused a message: sent as plain text');
  const second = await attempt({ text, blocks: [] });
  if ('refused' in second) throw refusalError(second.refused, second.cause);
  return second;
}

/** A message that was deleted in Slack stays deleted, and must not block the messages after it. */
const gone: ReadonlySet<string> = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

export async function tolerant(log: Log, ts: string, send: () => Promise<SendResult>): Promise<SendResult> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof OpsError) || !gone.has(error.detail)) throw error;
    log.warn({ ts, error: error.detail }, 'a message can no longer be updated');
    return { kind: 'sent', ts };
  }
}
