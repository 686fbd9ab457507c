import type { Message, SendResult, SlackThreads, Thread } from '../../src/outbox/outbox.ts';

export interface Posted {
  readonly ts: string;
  readonly key: string;
  readonly root: string | undefined;
  text: string;
}

/** An in-memory channel that can lose a response as Slack does: before or after it accepts the message. */
export class FakeChannel implements SlackThreads {
  readonly posted: Posted[] = [];
  /** Outcomes of the next calls, in order. An empty list means that every call succeeds. */
  readonly fate: ('busy' | 'lost-before' | 'lost-after')[] = [];
  wanted: readonly Message[] = [];

  readonly render = (): readonly Message[] => this.wanted;

  readonly post = async (
    _: Thread,
    { key, renderHash }: Message,
    root: string | undefined,
  ): Promise<SendResult> => {
    const ts = String(this.posted.length + 1);
    return this.answer(ts, () => this.posted.push({ ts, key, root, text: renderHash }));
  };

  readonly update = async (_: Thread, { renderHash }: Message, ts: string): Promise<SendResult> =>
    this.answer(ts, () => {
      for (const message of this.posted) if (message.ts === ts) message.text = renderHash;
    });

  readonly find = async (_: Thread, key: string): Promise<string | undefined> =>
    this.posted.find((message) => message.key === key)?.ts;

  private answer(ts: string, commit: () => void): SendResult {
    const fate = this.fate.shift();
    if (fate === 'busy') return { kind: 'busy', afterMs: 40 };
    if (fate !== 'lost-before') commit();
    return fate === undefined ? { kind: 'sent', ts } : { kind: 'unknown' };
  }
}
