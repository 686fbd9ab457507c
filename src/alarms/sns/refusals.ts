/** Reasons to refuse a webhook request. The sender sees only the status; the log has the reason and the fix. */
const refusals = {
  body: { status: 400, why: 'its body is over 256 KiB, compressed or truncated' },
  shape: {
    status: 400,
    why: 'it is not an SNS message; if it should be one, turn off raw message delivery on the subscription',
  },
  topic: {
    status: 403,
    why: 'its topic is not configured; if the topic is yours, add it under `sns.topics` in relight.yaml',
  },
  version: {
    status: 403,
    why: 'its SignatureVersion is not 2; set SignatureVersion to 2 on the topic',
  },
  'certificate-url': { status: 403, why: 'its certificate URL does not belong to SNS' },
  time: {
    status: 403,
    why: 'its Timestamp is more than 65 minutes from now; if it was just sent, correct the clock of this machine',
  },
  certificate: { status: 403, why: 'its certificate does not exist at SNS' },
  'certificate-dates': {
    status: 403,
    why: 'its certificate has expired or is not valid yet; if it should be valid, correct the clock of this machine',
  },
  signature: { status: 403, why: 'its signature does not match' },
  confirming: {
    status: 403,
    why:
      'subscription confirmation is off; to accept this topic, set `sns.confirm_subscriptions` to true in ' +
      'relight.yaml, restart and request confirmation again in the SNS console',
  },
} as const satisfies Record<string, { readonly status: 400 | 403; readonly why: string }>;

export type Refusal = keyof typeof refusals;

export function refusalOf(refusal: Refusal): { readonly status: 400 | 403; readonly why: string } {
  return refusals[refusal];
}
