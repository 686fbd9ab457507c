import { quote } from '../../in-words.ts';
import type { RuleId } from '../data-rules.ts';

/** A finding without its location. */
export interface Problem {
  readonly rule: RuleId;
  readonly detail?: string;
}

/** An excerpt of a record, short enough for a detail. Half of a surrogate pair must not get into a message. */
export function excerpt(text: string): string {
  return `“${quote(text.slice(0, 200), 60).replace(/\p{Surrogate}/gu, '\ufffd')}”`;
}
