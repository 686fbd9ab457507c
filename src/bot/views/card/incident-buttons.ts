import { isOutOfAttempts } from '../../../incidents/charge/attempt-budget.ts';
import { mayReopen } from '../../../incidents/charge/reopen.ts';
import { type Incident, isEndKnown } from '../../../incidents/model/incident.ts';
import { actionIds, stepRef } from '../../ids.ts';
import { type Block, type ButtonWords, buttons, type OverflowWords } from '../blocks.ts';
import { silenceButtons } from '../silence.ts';

/** The last row of the card: the moves on the incident as a whole. */
export function incidentButtons(incident: Incident, now: number): readonly Block[] {
  const list = [...moveButtons(incident, now), ...silenceButtons(incident, now)];
  const more = menu(incident);
  return list.length + more.options.length === 0 ? [] : [buttons(list, more)];
}

function moveButtons(incident: Incident, now: number): readonly ButtonWords[] {
  const { id, closed, responder, paused } = incident;
  const button = (label: string, action: string, move: string): ButtonWords => ({
    label,
    id: action,
    value: stepRef(id, move, 1),
  });
  if (closed !== undefined)
    return mayReopen(incident, now) ? [button('Reopen…', actionIds.reopen, 'reopen')] : [];
  return [
    ...(responder === undefined ? [button('Take', actionIds.take, 'take')] : []),
    ...(paused === undefined
      ? []
      : [{ ...button('Resume', actionIds.unpause, 'resume'), primary: true as const }]),
    ...(isOutOfAttempts(incident) && !isEndKnown(incident) && paused === undefined
      ? [button('Try once more', actionIds.allowAttempt, 'attempt')]
      : []),
    ...(isEndKnown(incident) ? [] : [button('Call for help', actionIds.callHelp, 'help')]),
  ];
}

/** What is needed less often. */
function menu(incident: Incident): OverflowWords {
  const { id, closed, responder, paused } = incident;
  const option = (label: string, move: string): OverflowWords['options'][number] => ({
    label,
    value: stepRef(id, move, 1),
  });
  if (closed !== undefined) return { id: actionIds.moreMoves, options: [] };
  return {
    id: actionIds.moreMoves,
    options: [
      option(responder === undefined ? 'Assign…' : 'Hand over…', 'hand-over'),
      ...(paused === undefined ? [option('Pause…', 'pause')] : []),
      isEndKnown(incident) ? option('Reopen…', 'reopen') : option('Close…', 'close'),
    ],
  };
}
