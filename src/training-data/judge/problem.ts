import { quote } from '../../in-words.ts';
import type { RuleId } from '../data-rules.ts';

/** A finding before it is known where it stands. */
export interface Problem {
  readonly rule: RuleId;
  readonly detail?: string;
}

/** Text out of a record, short enough to stand in a detail; half a surrogate pair must not travel into a message. */
export function excerpt(text: string): string {
  return `“${quote(text.slice(0, 200), 60).replace(/\p{Surrogate}/gu, '\ufffd')}”`;
}
