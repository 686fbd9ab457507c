import { clock } from '../../../in-words.ts';
import { approvalMs, missingApprovals } from '../../../incidents/model/approvals.ts';
import type { Stakes } from '../../../incidents/stakes.ts';
import type { Approval, StepState } from '../../../playbooks/runner.ts';
import { type Block, quote, say, small } from '../blocks.ts';
import { escape, line, mention } from '../untrusted.ts';
import { roleWords, signs } from '../words.ts';

type Proposed = Extract<StepState, { status: 'proposed' }>;

/** The approvals of the request, the ones that lapsed, and the ones still missing. */
export function approvalLines(state: Proposed, stakes: Stakes): readonly Block[] {
  const missing = missingApprovals(state);
  return [
    ...(missing > 0 ? lapsedLine(state) : []),
    ...approvedBy(state.approvals, missing > 0),
    ...(missing > 0
      ? [
          small(
            `Needs approval from ${whoIsMissing(state, missing)}${notFrom(state, stakes)}. Nothing is sent to AWS until then.`,
          ),
        ]
      : []),
  ];
}

function whoIsMissing({ role, approvals }: Proposed, missing: number): string {
  const who = roleWords[role];
  if (approvals.length === 0) return missing === 1 ? who : `${missing} people, each ${who}`;
  return missing === 1 ? `one more person: ${who}` : `${missing} more people, each ${who}`;
}

/** The people whose own request it is, so that they need not try. */
function notFrom({ others }: Proposed, stakes: Stakes): string {
  if (others === undefined || stakes.size === 0) return '';
  return `, but not from ${[...stakes.keys()].map(mention).join(' or ')}, whose own request it is`;
}

function lapsedLine({ lapsed, lapsedOf = [], approvals, role }: Proposed): readonly Block[] {
  if (lapsed === undefined) return [];
  const why = line(lapsed, 300);
  if (lapsedOf.length > 0) {
    const people = allOf(lapsedOf);
    return [
      say(
        `${signs.warning} ${approvalsOf(lapsedOf)} lapsed: ${escape(why)}. ${people} must approve again, or someone else who is ${roleWords[role]}.`,
      ),
    ];
  }
  return approvals.length > 0
    ? []
    : [quote(`${signs.warning} The approval lapsed: ${why}. It needs a new one.`)];
}

/** E.g. `The approvals of @mira and @omar`. */
export function approvalsOf(users: readonly string[]): string {
  return `${users.length === 1 ? 'The approval' : 'The approvals'} of ${allOf(users)}`;
}

function allOf(users: readonly string[]): string {
  return users.map(mention).join(' and ');
}

/** `waits`: other approvals are missing, so it matters how long each one stays valid. */
export function approvedBy(approvals: readonly Approval[], waits = false): readonly Block[] {
  return approvals.length === 0 ? [] : [small(approvedInWords(approvals, waits))];
}

export function approvedInWords(approvals: readonly Approval[], waits = false): string {
  const each = approvals.map(({ by, at }) => {
    const until = waits ? ` (valid until ${clock(at + approvalMs)})` : '';
    return `${mention(by)} at ${clock(at)}${until}`;
  });
  return `Approved by ${each.join(', ')}`;
}
