import type { Sent } from '../../../incidents/request/find-request.ts';
import type { ShownRequest } from '../../../incidents/request/shown-request.ts';
import type { AwsCall } from '../../../ports/calls.ts';

/** The lines above a request: what of it is sent exactly as it stands, what is a pattern, and whether it was sent. */
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
      ? ['Values shown as `[redacted]` are secrets, which are sent as they are.']
      : []),
  ].join(' ');
}

function state(approved: boolean, sent: Sent): string {
  if (sent === 'yes') return 'Approved and sent to AWS.';
  if (sent === 'maybe')
    return 'Approved and begun. It is not known to be done: AWS may have got none, some or all of it.';
  return approved
    ? 'Approved. Nothing of it was sent to AWS.'
    : 'Nothing is sent to AWS before it is approved.';
}

function exactness(calls: readonly AwsCall[]): readonly string[] {
  const namesOf = (list: readonly AwsCall[]): string =>
    [...new Set(list.map(({ operation }) => operation.replace(/[^A-Za-z]/g, '')))].join(' and ');
  const patterns = calls.filter(({ repeats }) => repeats !== undefined);
  const exact = calls.filter(({ repeats }) => repeats === undefined);
  if (calls.length === 0) return ['This is the frozen request.'];
  if (patterns.length === 0) return ['What is sent is exactly this.'];
  return [
    ...(exact.length === 0 ? [] : [`${namesOf(exact)} is sent exactly like this.`]),
    `${namesOf(patterns)} ${patterns.length === 1 ? 'is a pattern' : 'are patterns'}: \`…\` stands for what differs from one object to the next, besides the bytes of the object.`,
  ];
}
