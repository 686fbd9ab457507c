import type { Call } from './model/calls/call.ts';

/** A message for the channel that belongs to no incident and is posted once. */
export interface Announcement {
  readonly id: string;
  readonly sign: 'warning' | 'done' | 'later';
  readonly headline: string;
  readonly lines: readonly string[];
  /** The people whom it mentions. */
  readonly call?: Call | undefined;
}
