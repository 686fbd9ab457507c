import { createHash } from 'node:crypto';
import { type Incident, runOf } from '../../../incidents/model/incident.ts';
import type { Offer } from '../../../ports/form-fields.ts';
import { actionIds, shortHash, stepRef } from '../../ids.ts';
import { type Block, type ButtonWords, quote } from '../blocks.ts';
import { asksPeople, type StepView } from '../step-views.ts';
import { line } from '../untrusted.ts';
import { playbookTimeInWords } from './estimate-lines.ts';

const ids = [actionIds.offer, actionIds.offerOther];

/** The answers that buttons offer beside a form, and why. */
function offersOf(incident: Incident, view: StepView): readonly Offer[] {
  const { step } = view;
  if (step.kind !== 'manual' || !asksPeople(view) || view.unresolved) return [];
  return (step.offers?.(runOf(incident).results) ?? []).slice(0, ids.length);
}

export function offerBlocks(incident: Incident, view: StepView): readonly Block[] {
  const lines = offersOf(incident, view).map(
    ({ label, why, answers }) =>
      `• ${line(label, 75)}: ${line(why, 300)}${playbookTimeInWords(incident, answers['playbook'])}`,
  );
  return lines.length === 0 ? [] : [quote(lines.join('\n'))];
}

export function offerButtons(incident: Incident, view: StepView, attempt: number): readonly ButtonWords[] {
  return offersOf(incident, view).map((offer, index) => ({
    label: line(offer.label, 75),
    id: ids[index] ?? '',
    value: stepRef(incident.id, view.step.key, attempt, hashOf(offer)),
  }));
}

/** The offer that a button names; undefined if it is no longer made. */
export function offerNamed(offers: readonly Offer[] = [], hash: string): Offer | undefined {
  return offers.find((offer) => shortHash(hashOf(offer)) === hash);
}

function hashOf({ answers }: Offer): string {
  return createHash('sha256').update(JSON.stringify(answers)).digest('hex');
}
