import { type ClickResult, noChange, recorded } from '../click-result.ts';
import type { Decision } from '../journal/store.ts';
import type { Call } from '../model/calls/call.ts';
import { type Incident, isEndKnown } from '../model/incident.ts';
import type { Move } from './move.ts';

/** Within this time after a call, another click mentions nobody again. */
const quietMs = 5 * 60_000;

/** Mentions the people of the call in the thread, once for all clicks within five minutes. */
export function callHelp(
  incident: Incident,
  { by, authorize, now }: Move,
  call: Call,
): Decision<ClickResult> {
  const { closed, help } = incident;
  if (closed !== undefined) return noChange({ kind: 'closed', ...closed });
  if (isEndKnown(incident)) return noChange({ kind: 'end-known' });
  if (help !== undefined && now - help.at < quietMs) return noChange({ kind: 'help-coming', ...help });
  return recorded(authorize, 'responder', 'help-called', { type: 'help-called', call, by });
}
