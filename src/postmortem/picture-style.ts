import type { TimelineEntry } from '../ports/record.ts';

/** The measures and colors that the parts of the timeline picture share. */

export const width = 1_200;
export const margin = 40;

export const ink = {
  strong: '#1d1c1d',
  weak: '#616061',
  grid: '#e2e2e2',
  red: '#c5221f',
  green: '#18794e',
} as const;

export interface Lane {
  readonly kind: TimelineEntry['kind'];
  readonly title: string;
  readonly fill: string;
}

/** In the order of an incident. The title of the last lane depends on the subject. */
export const lanes: readonly Lane[] = [
  { kind: 'alarm', title: 'Alarms', fill: ink.red },
  { kind: 'step', title: 'Relight', fill: '#5b6770' },
  { kind: 'decision', title: 'People', fill: '#1264a3' },
  { kind: 'change', title: 'Changes in AWS', fill: '#b06000' },
  { kind: 'end', title: '', fill: ink.green },
];

/** `03:14` */
export function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
