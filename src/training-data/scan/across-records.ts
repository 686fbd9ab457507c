import {
  type Fingerprint,
  firstLocationAt,
  groupsIn,
  repeatedGroupsIn,
  visitFingerprints,
} from './fingerprint-groups.ts';
import type { FingerprintData } from './fingerprints.ts';
import {
  addOccurrence,
  mergeOccurrences,
  noOccurrences,
  note,
  type Occurrences,
  occurrencesOf,
  type Tally,
} from './tally.ts';

/** Below this many records, one answer for most of them is not remarkable. */
const fewestForImbalance = 50;

/** Duplicates, and training records that are also in the test data. */
export function noteDuplicates(texts: FingerprintData, tally: Tally): void {
  for (const group of repeatedGroupsIn(texts)) {
    const [train, test] = [group.filter(({ b }) => b === 0), group.filter(({ b }) => b === 1)];
    noteRepeats(train, tally);
    noteRepeats(test, tally);
    if (test.length > 0)
      for (const { first, count } of train)
        note(tally, 'leakage', { ...first, detail: 'the test data has the same prompt' }, count);
  }
}

/** All share one hash and are in order of first location: each after the first is the prompt in other words. */
function noteRepeats(fingerprints: readonly Fingerprint[], tally: Tally): void {
  for (const [index, { first, second, count }] of fingerprints.entries()) {
    if (index > 0) note(tally, 'near-duplicate', first);
    if (second !== undefined) note(tally, 'duplicate', second, count - 1);
  }
}

/** Boyer-Moore majority vote: a value that makes up more than half survives, whatever the order. */
class Majority {
  candidate = 0;
  #lead = 0;

  add(value: number, count: number): void {
    if (value === this.candidate) this.#lead += count;
    else if (count <= this.#lead) this.#lead -= count;
    else {
      this.candidate = value;
      this.#lead = count - this.#lead;
    }
  }
}

/** One answer for more than half of the training records: a model learns to give it without reading the prompt. */
export function noteImbalance(texts: FingerprintData, tally: Tally): void {
  const majority = new Majority();
  let all = 0;
  visitFingerprints(texts, (b, c, count) => {
    if (b === 1) return;
    all += count;
    majority.add(c, count);
  });
  const { candidate } = majority;
  const same: Occurrences = noOccurrences();
  visitFingerprints(texts, (b, c, count, n) => {
    if (b === 0 && c === candidate) addOccurrence(same, firstLocationAt(texts, n), count);
  });
  const [first] = same.first;
  if (candidate === 0 || first === undefined || all < fewestForImbalance || same.count * 2 <= all) return;
  const percent = Math.round((same.count / all) * 100);
  note(tally, 'imbalance', { ...first, detail: `${percent}% of the records have this answer` });
}

/** Solutions with missing steps, and steps whose problem differs from that of their first step. */
export function noteSolutions(sources: FingerprintData, tally: Tally): void {
  const strangers: Occurrences = noOccurrences();
  let alike = 0;
  for (const group of groupsIn(sources)) {
    noteMissingSteps(group, tally);
    const head = group.find(({ a }) => a === 0);
    if (head === undefined) continue;
    for (const { c, count, first } of group)
      if (c === head.c) alike += count;
      else addOccurrence(strangers, first, count);
    alike -= head.count;
  }
  // If hardly any prompt begins like its first step's, prompts are built differently and cannot be compared.
  if (strangers.count >= alike) return;
  if (strangers.count > 0) mergeOccurrences(occurrencesOf(tally, 'problem-differs'), strangers);
}

function noteMissingSteps(group: readonly Fingerprint[], tally: Tally): void {
  const [one] = group;
  if (one === undefined) return;
  const counts = new Set(group.map(({ b }) => b));
  if (counts.size > 1) {
    note(tally, 'steps-missing', { ...one.first, detail: `num_steps is ${listed([...counts])}` });
    return;
  }
  const there = new Set(group.map(({ a }) => a));
  const missing = one.b - there.size;
  if (missing > 0)
    note(tally, 'steps-missing', {
      ...one.first,
      detail: `${missing} of ${one.b} steps: ${firstMissing(there, one.b)}`,
    });
}

function firstMissing(there: ReadonlySet<number>, steps: number): string {
  const missing: number[] = [];
  for (let step = 0; step < steps && missing.length < 5; step += 1) if (!there.has(step)) missing.push(step);
  return listed(missing);
}

function listed(numbers: readonly number[]): string {
  return numbers
    .toSorted((one, other) => one - other)
    .slice(0, 5)
    .join(', ');
}
