import type { AttemptKey, JsonObject, Token } from '../../src/ports/ports.ts';
import { issueToken, type OneTimeCall, type SentMark } from '../../src/ports/token.ts';

/** The token of a request that people approved. */
export function tokenFor(
  attemptKey: AttemptKey,
  request: JsonObject,
  confirm = async (): Promise<void> => undefined,
  { marks = sentMarks(), ...changes }: TokenChanges = {},
): Token {
  return issueToken(attemptKey, {
    hash: 'of-the-request',
    approvers: ['U0LEAD'],
    request,
    ...permission(confirm, marks),
    ...changes,
  });
}

/** What a test sets otherwise. */
export interface TokenChanges {
  readonly marks?: SentMarks;
  readonly confirmWrite?: Token['confirmWrite'];
  readonly signal?: AbortSignal;
}

/** The marks of one-time calls, which outlive the worker that made them. */
export interface SentMarks {
  readonly at: Map<string, Omit<SentMark, 'ageMs'>>;
  now: number;
}

export function sentMarks(): SentMarks {
  return { at: new Map(), now: 1_000 };
}

/** What the worker gives a token for its calls, with marks in memory. */
export function permission(
  confirm = async (): Promise<void> => undefined,
  marks = sentMarks(),
): Pick<Parameters<typeof issueToken>[1], 'confirm' | 'confirmWrite' | 'confirmOnce' | 'markOf' | 'signal'> {
  return {
    confirm,
    confirmWrite: async () => undefined,
    confirmOnce: async ({ operation, seen, replaces }: OneTimeCall) => {
      await confirm();
      if (marks.at.get(operation)?.at !== replaces) return false;
      marks.at.set(operation, { seen, at: marks.now });
      return true;
    },
    markOf: async (operation) => {
      const mark = marks.at.get(operation);
      return mark && { ...mark, ageMs: marks.now - mark.at };
    },
    signal: new AbortController().signal,
  };
}
