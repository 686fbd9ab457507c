/** A message for the channel that belongs to no incident and is posted once. */
export interface Announcement {
  readonly id: string;
  readonly sign: 'warning' | 'done' | 'later';
  readonly headline: string;
  readonly lines: readonly string[];
}
