import type { TimelineEntry } from '../ports/record.ts';

const maxMoments = 14;

/** Entries with a lower number are kept first when not all fit. */
const importance: Readonly<Record<TimelineEntry['kind'], number>> = {
  end: 0,
  decision: 1,
  change: 1,
  alarm: 2,
  step: 3,
};

/** The most important entries, by time; `left` is the number of omitted ones. */
export function keyMoments(timeline: readonly TimelineEntry[]): {
  readonly shown: readonly TimelineEntry[];
  readonly left: number;
} {
  const [first] = timeline;
  const ranked = timeline.toSorted((one, other) => rank(one, first) - rank(other, first));
  const kept = new Set(ranked.slice(0, maxMoments));
  return {
    shown: timeline.filter((entry) => kept.has(entry)),
    left: Math.max(0, timeline.length - maxMoments),
  };
}

/** The first entry is always kept: it is the failure. */
function rank(entry: TimelineEntry, first: TimelineEntry | undefined): number {
  return entry === first ? -1 : importance[entry.kind];
}
