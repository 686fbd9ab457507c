import { LRUCache } from 'lru-cache';
import type { Clock } from '../../ports/ports.ts';
import type { ReplyTarget } from '../slack/tell.ts';
import { answerText } from '../views/answers.ts';
import type { ClickResponse } from './click.ts';

/** Answers a click, unless the person was told the same in the same thread a moment ago: ten presses need one answer. */
export type AnswerOnce = (
  result: ClickResponse,
  target: ReplyTarget,
  /** False if Slack did not take the answer: the next press gets it. */
  send: () => Promise<boolean>,
) => Promise<void>;

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

export function createAnswerOnce({ now }: Clock): AnswerOnce {
  const told = new LRUCache<string, { readonly since: number; readonly last: number }>({ max: remembered });
  return async (result, { user, channel, thread = '' }, send) => {
    if (alwaysTold.has(result.kind)) return void (await send());
    const key = [user, channel, thread, answerText(result)].join('\n');
    const before = told.get(key);
    const at = now();
    const repeats = before !== undefined && at - before.last < pauseMs && at - before.since < longestMs;
    // Before it is sent, because ten presses may arrive at once.
    told.set(key, { since: repeats ? before.since : at, last: at });
    if (!repeats && !(await send())) told.delete(key);
  };
}
