/** Something to say in the channel, once, that is about no incident. */
export interface Announcement {
  readonly id: string;
  readonly sign: 'warning' | 'done' | 'later';
  readonly headline: string;
  readonly lines: readonly string[];
}
