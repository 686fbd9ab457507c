import { LRUCache } from 'lru-cache';
import type { Clock } from '../../ports/ports.ts';
import type { ReplyTarget } from '../slack/tell.ts';
import { answerText } from '../views/answers.ts';
import type { ClickResponse } from './click.ts';

/** Whether the person was told the same in the same thread a moment ago: ten presses of a button need one answer. */
export type IsRepeat = (result: ClickResponse, target: ReplyTarget) => boolean;

/** A pause of this length makes the next press a new question. */
const pauseMs = 5_000;
/** A person who keeps pressing is told again after this time, because the first answer may have scrolled away. */
const longestMs = 30_000;
/** Threads and people for which an answer is remembered. */
const remembered = 1_000;

/** After these the person expects an answer each time: something was recorded, or has to be done again. */
const alwaysTold: ReadonlySet<ClickResponse['kind']> = new Set([
  'recorded',
  'more-needed',
  'not-recorded',
  'unfit',
]);

export function createRepeats({ now }: Clock): IsRepeat {
  const told = new LRUCache<string, { readonly since: number; readonly last: number }>({ max: remembered });
  return (result, { user, channel, thread = '' }) => {
    if (alwaysTold.has(result.kind)) return false;
    const key = [user, channel, thread, answerText(result)].join('\n');
    const before = told.get(key);
    const at = now();
    const repeats = before !== undefined && at - before.last < pauseMs && at - before.since < longestMs;
    told.set(key, { since: repeats ? before.since : at, last: at });
    return repeats;
  };
}
