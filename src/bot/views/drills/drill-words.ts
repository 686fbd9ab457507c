import { minutes } from '../../../in-words.ts';
import { type DrillScore, isDrillId } from '../../../incidents/model/drills/drill-mark.ts';
import { small } from '../blocks.ts';
import { fitMessage, type Rendered } from '../render-limits.ts';
import { cut, escape, line } from '../untrusted.ts';
import { signs } from '../words.ts';

/** The word that marks everything that people see of a drill. */
export const drillWord = 'DRILL';

/** Slack's limit for the title of a modal. */
const maxTitle = 24;

/** A message of a drill: nobody may take it for a real failure, in the channel or in a notification. */
export function asDrill({ blocks, text }: Rendered): Rendered {
  const mark = small(`*${drillWord}* Everything here is simulated: nothing in AWS has failed or changes.`);
  return fitMessage({ blocks: [mark, ...blocks], text: `${drillWord}: ${text}` });
}

/** The title of a modal. `ref`: the incident, or a reference that begins with it. */
export function titleIn(ref: string | undefined, title: string): string {
  return cut(inDrill(ref ?? '', title), maxTitle);
}

export function inDrill(ref: string, text: string): string {
  return isDrillId(ref) ? `${drillWord}: ${text}` : text;
}

/** The score of a drill, in lines. */
export function scoreInWords(score: DrillScore): string {
  const { points, take, decide, recover, rtoMinutes, lost, rpoMinutes, cost } = score;
  const took = (label: string, value: number | undefined, than = ''): readonly string[] =>
    value === undefined ? [] : [`${label}: ${minutes(value)}${than}`];
  return [
    `${recover === undefined ? signs.broke : signs.done} *The drill scored ${points} of 100.*`,
    ...took('Until somebody acted', take),
    ...took('Waiting for approvals', decide),
    ...took('Until training ran again', recover, ` of ${minutes(rtoMinutes)} (RTO)`),
    ...took('Training lost', lost, ` of ${minutes(rpoMinutes)} (RPO)`),
    cost.length === 0
      ? 'No wrong move.'
      : `Cost points: ${cost.map((move) => escape(line(move, 120))).join('; ')}.`,
  ].join('\n');
}
