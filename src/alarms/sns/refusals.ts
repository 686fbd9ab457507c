/** Why a request to the webhook does nothing. Whoever sent it learns the status; the log has the reason and the remedy. */
const refusals = {
  body: { status: 400, why: 'its body is over 256 KiB, compressed or cut short' },
  shape: {
    status: 400,
    why: 'it is no message of SNS; if it should be one, turn raw message delivery off on the subscription',
  },
  topic: {
    status: 403,
    why: 'its topic is not listed; if it is yours, add it under `sns.topics` in relight.yaml',
  },
  version: {
    status: 403,
    why: 'its SignatureVersion is not 2; set SignatureVersion to 2 on the topic',
  },
  'certificate-url': { status: 403, why: 'its certificate is not under the address of SNS' },
  time: {
    status: 403,
    why: 'its Timestamp is more than 65 minutes from now; if it is new, correct the clock of this machine',
  },
  certificate: { status: 403, why: 'SNS has no such certificate' },
  'certificate-dates': {
    status: 403,
    why: 'its certificate is not valid now; if it should be, correct the clock of this machine',
  },
  signature: { status: 403, why: 'its signature is wrong' },
  confirming: {
    status: 403,
    why:
      'confirming subscriptions is off; to let this topic in, set `sns.confirm_subscriptions` to true in ' +
      'relight.yaml, start again and request confirmation again in the SNS console',
  },
} as const satisfies Record<string, { readonly status: 400 | 403; readonly why: string }>;

export type Refusal = keyof typeof refusals;

export function refusalOf(refusal: Refusal): { readonly status: 400 | 403; readonly why: string } {
  return refusals[refusal];
}
