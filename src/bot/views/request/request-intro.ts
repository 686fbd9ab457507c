import type { Sent } from '../../../incidents/request/find-request.ts';
import type { ShownRequest } from '../../../incidents/request/shown-request.ts';
import type { AwsCall } from '../../../ports/calls.ts';

/** The lines above a request: which calls are sent exactly as shown, which are patterns, and whether it was sent. */
export function introOf(
  shown: Pick<ShownRequest, 'calls' | 'beside'>,
  { approved = false, sent = 'no' }: { readonly approved?: boolean; readonly sent?: Sent },
): string {
  const { calls } = shown;
  const text = JSON.stringify([calls, shown.beside]);
  const open =
    !approved && JSON.stringify(calls.map(({ input }) => input['Tags'] ?? null)).includes('approved-by');
  return [
    state(approved, sent),
    ...exactness(calls),
    ...(open ? ['Only the value of `relight:approved-by` is filled in by the approval.'] : []),
    ...(text.includes('[redacted')
      ? ['Values shown as `[redacted]` are secrets; the real values are sent.']
      : []),
  ].join(' ');
}

function state(approved: boolean, sent: Sent): string {
  if (sent === 'yes') return 'Approved and sent to AWS.';
  if (sent === 'maybe')
    return 'Approved and started, but not confirmed: AWS may have received none, some or all of it.';
  return approved ? 'Approved, but nothing was sent to AWS.' : 'Nothing is sent to AWS until it is approved.';
}

function exactness(calls: readonly AwsCall[]): readonly string[] {
  const namesOf = (list: readonly AwsCall[]): string =>
    [...new Set(list.map(({ operation }) => operation.replace(/[^A-Za-z]/g, '')))].join(' and ');
  const patterns = calls.filter(({ repeats }) => repeats !== undefined);
  const exact = calls.filter(({ repeats }) => repeats === undefined);
  if (calls.length === 0) return ['This is the frozen request.'];
  if (patterns.length === 0) return ['This is sent exactly as shown.'];
  return [
    ...(exact.length === 0 ? [] : [`${namesOf(exact)} is sent exactly as shown.`]),
    `${namesOf(patterns)} ${patterns.length === 1 ? 'is a pattern' : 'are patterns'}: \`…\` replaces what differs per object, and the bytes of each object are not shown.`,
  ];
}
