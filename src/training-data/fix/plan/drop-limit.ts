import { OpsError } from '../../../errors.ts';
import { count, counted } from '../../../in-words.ts';
import { ruleIds } from '../../data-rules.ts';
import type { Counts } from '../counts.ts';
import { askedFor } from '../fixes.ts';

/** Blank lines, cut last lines and repeated records are no loss: nothing of them could be learnt. */
export function requireWithinLimit({ records, quarantined, reasons }: Counts, dropLimit: number): void {
  if (quarantined <= dropLimit * records) return;
  const lost = ruleIds.filter((rule) => reasons[rule] !== undefined);
  const why = lost.map((rule) => `${count(reasons[rule] ?? 0)} ${rule}`).join(', ');
  const help = askedFor.filter((id) => lost.some((rule) => rule === id));
  const ask = help.length === 0 ? '' : `; ${help.join(' and ')} can be fixed if asked for`;
  throw new OpsError(
    'fix-loses-too-much',
    `${count(quarantined)} of ${counted(records, 'record')} (${percent(quarantined / records)}), over the limit of ${percent(dropLimit)}: ${why}${ask}`,
  );
}

export function percent(share: number): string {
  return `${(share * 100).toLocaleString('en-US', { maximumFractionDigits: 1 })} %`;
}
