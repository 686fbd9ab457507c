import { count, minutes } from '../../in-words.ts';
import { type Finding, inWords as findingInWords } from '../checkpoint-finding.ts';
import { nameOf } from '../folders.ts';
import { layoutWords } from '../layouts/detect.ts';
import type { GradedEach } from './grade-each.ts';

/** For a person at a shell: one line for the checkpoint, then one for each thing that was found. */
export function inWords({ uri, step, grade, layout, reasons, ageMinutes }: GradedEach): string[] {
  const age = ageMinutes === undefined ? 'never finished' : `${minutes(ageMinutes)} old`;
  return [
    `${nameOf(uri)}: ${grade}, step ${count(step)}, ${age}, ${layoutWords(layout)}`,
    ...reasons.map((reason) => `  ${reason.severity}: ${findingInWords(reason)}`),
  ];
}

/** One checkpoint for scripts: these keys stay. `ageMinutes` is null where its last file was never written. */
export interface GradedForScripts {
  readonly uri: string;
  readonly step: number;
  readonly layout: string;
  readonly grade: string;
  readonly reasons: readonly Finding[];
  readonly ageMinutes: number | null;
  readonly bytesRead: number;
  readonly requests: number;
}

export function forScripts(graded: GradedEach): GradedForScripts {
  const { uri, step, layout, grade, reasons, ageMinutes = null, bytesRead, requests } = graded;
  return { uri, step, layout, grade, reasons, ageMinutes, bytesRead, requests };
}
