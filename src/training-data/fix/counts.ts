import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import { count, counted, rounded } from '../../in-words.ts';
import { type RuleId, ruleIds } from '../data-rules.ts';
import type { Format } from '../read/format.ts';
import { approvalFixes, type FixId, FixName, fixes, fixIds } from './fixes.ts';
import type { FixedLine } from './rewrite/fix-line.ts';

/** What was done to the records of a data set. One line can have several fixes. */
export const Counts = z.object({
  /** Lines with content; blank lines and truncated last lines do not count. */
  records: z.number().int(),
  kept: z.number().int(),
  /** Records that no fix can repair. They are written to the quarantine file. */
  quarantined: z.number().int(),
  fixes: z.partialRecord(FixName, z.number().int()),
  /** Why records were lost, by rule. */
  reasons: z.partialRecord(z.enum(ruleIds), z.number().int()),
});
export type Counts = z.infer<typeof Counts>;

const arrangements: Partial<Record<Format['form'], FixId>> = {
  array: 'json-array',
  values: 'json-values',
  'cr-lines': 'cr-lines',
};

/** Running counts of one pass. */
export class Counting {
  #records = 0;
  #kept = 0;
  #quarantined = 0;
  readonly #fixes = new Map<FixId, number>();
  readonly #reasons = new Map<RuleId, number>();

  add(line: FixedLine): void {
    if ('dropped' in line) {
      more(this.#fixes, line.dropped);
      if (line.dropped !== 'blank-line' && line.dropped !== 'cut-last-line') this.#records += 1;
      return;
    }
    this.#records += 1;
    if ('lost' in line) {
      this.#quarantined += 1;
      more(this.#reasons, line.lost);
      return;
    }
    this.#kept += 1;
    for (const fix of line.did) more(this.#fixes, fix);
  }

  /** Counts what is unusual about a whole object and gone in its copy. */
  addObject({ form, encoding }: Format): void {
    const fix = arrangements[form];
    if (fix !== undefined) more(this.#fixes, fix);
    if (encoding !== undefined) more(this.#fixes, 'utf-16');
  }

  total(): Counts {
    return {
      records: this.#records,
      kept: this.#kept,
      quarantined: this.#quarantined,
      fixes: Object.fromEntries([...this.#fixes].toSorted(inOrder)),
      reasons: Object.fromEntries([...this.#reasons].toSorted(([, one], [, other]) => other - one)),
    };
  }
}

/** Table order, so that the output does not depend on the order of the data. */
function inOrder([one]: readonly [FixId, number], [other]: readonly [FixId, number]): number {
  return fixIds.indexOf(one) - fixIds.indexOf(other);
}

function more<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

/** Records that fixes removed. A blank line is not one. */
function removedBy({ fixes: done }: Counts): number {
  return removals.reduce((sum, id) => sum + (done[id] ?? 0), 0);
}

const removals = fixIds.filter((id) => fixes[id].effect === 'removes' && id !== 'blank-line');

/** All records that the copy lacks count: those in the quarantine file, and those that fixes removed. */
export function requireWithinLimit(counts: Counts, dropLimit: number): void {
  const { quarantined, reasons } = counts;
  const missing = quarantined + removedBy(counts);
  // A truncated last line was a record before it was cut.
  const records = counts.records + (counts.fixes['cut-last-line'] ?? 0);
  if (missing <= dropLimit * records) return;
  const lost = ruleIds.filter((rule) => reasons[rule] !== undefined);
  const why = [
    ...lost.map((rule) => `${count(reasons[rule] ?? 0)} ${rule}`),
    ...removals.flatMap((id) => (counts.fixes[id] ? [`${count(counts.fixes[id])} removed as ${id}`] : [])),
  ].join(', ');
  const help = approvalFixes.filter((id) => lost.some((rule) => rule === id));
  const ask = help.length === 0 ? '' : `; ${help.join(' and ')} can be fixed if requested`;
  throw new OpsError(
    'fix-loses-too-much',
    `${count(missing)} of ${counted(records, 'record')} (${percent(missing / records)}), over the limit of ${percent(dropLimit)}: ${why}${ask}`,
  );
}

export function percent(share: number): string {
  return `${rounded(share * 100, 1)}%`;
}
