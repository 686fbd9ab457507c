import type { TimelineEntry } from '../ports/record.ts';

const most = 14;

/** What tells the story when there is no room for all of it: the lower, the longer it stays. */
const importance: Readonly<Record<TimelineEntry['kind'], number>> = {
  end: 0,
  decision: 1,
  change: 1,
  alarm: 2,
  step: 3,
};

/** By time; `left` says how many are not among them. */
export function keyMoments(timeline: readonly TimelineEntry[]): {
  readonly shown: readonly TimelineEntry[];
  readonly left: number;
} {
  const [first] = timeline;
  const ranked = timeline.toSorted((one, other) => rank(one, first) - rank(other, first));
  const kept = new Set(ranked.slice(0, most));
  return { shown: timeline.filter((entry) => kept.has(entry)), left: Math.max(0, timeline.length - most) };
}

/** The story begins with what broke. */
function rank(entry: TimelineEntry, first: TimelineEntry | undefined): number {
  return entry === first ? -1 : importance[entry.kind];
}
