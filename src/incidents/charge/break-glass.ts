import { clock } from '../../in-words.ts';
import type { Announcement } from '../announcement.ts';
import { type ClickResult, noChange, refused } from '../click-result.ts';
import type { Decision } from '../journal/store.ts';
import type { Call } from '../model/calls/call.ts';
import type { Glass } from '../model/charge-states.ts';
import type { Incident } from '../model/incident.ts';
import type { Move } from './move.ts';

/** How long a person may make one change without the needed approvers. */
const glassMs = 30 * 60_000;
export const minReason = 10;

/** The caps, a halt and the facts that a request rests on still hold: only the approvers are missing. */
export function breakGlass(
  { closed, glass }: Incident,
  { by, authorize, now }: Move,
  { why, call }: { readonly why: string; readonly call: Call },
): Decision<ClickResult> {
  if (closed !== undefined) return noChange({ kind: 'closed', ...closed });
  const authorization = authorize({ effect: 'change', role: 'responder', approvedBy: [], breakGlass: true });
  if (!authorization.allowed) return noChange(refused(authorization));
  if (isWhole(glass, now)) return noChange({ kind: 'glass-broken', by: glass.by, until: glass.until });
  if (why.trim().length < minReason)
    return noChange({
      kind: 'unfit',
      field: 'why',
      says: `Type the reason, at least ${minReason} characters.`,
    });
  return {
    events: [{ type: 'glass-broken', why, until: now + glassMs, call, by }],
    answer: { kind: 'recorded', what: 'glass-broken' },
  };
}

/** Whether it can still be used: by the person who broke it, for one change, within its time. */
function isWhole(glass: Glass | undefined, now: number): glass is Glass {
  return glass !== undefined && glass.usedFor === undefined && now <= glass.until;
}

/** The glass that this person may use now. */
export function glassOf({ glass }: Pick<Incident, 'glass'>, user: string, now: number): Glass | undefined {
  return isWhole(glass, now) && glass.by === user ? glass : undefined;
}

export function glassNotice(
  incident: string,
  {
    why,
    call,
    by,
    now,
  }: { readonly why: string; readonly call: Call; readonly by: string; readonly now: number },
): Announcement {
  return {
    id: `glass-${incident}-${now}`.toLowerCase(),
    sign: 'warning',
    headline: `Break-glass in ${incident}`,
    lines: [
      `Until ${clock(now + glassMs)}, one change can be made there without the needed approvers. The caps, a halt and all checks still hold.`,
      `Why: ${why}`,
    ],
    call: { users: [...call.users, by], groups: call.groups },
  };
}
