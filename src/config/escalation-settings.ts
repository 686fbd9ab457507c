import { z } from 'zod';
import { minutes } from './intake-settings.ts';

const Percent = z.number().positive('must be a percentage above 0').max(1_000);

/** `escalation` of a tier. */
export const Escalation = z.strictObject({
  percent: z
    .strictObject({
      responder: Percent.default(50),
      lead: Percent.default(80),
      contacts: Percent.default(100),
    })
    .refine(
      ({ responder, lead, contacts }) => responder < lead && lead < contacts,
      'must rise from responder to lead to contacts',
    )
    .prefault({})
    .describe('the percentage of the RTO at which the responder, the leads and the contacts are called'),
  repeat_minutes: minutes
    .default(5)
    .describe('a call that nobody acknowledges is repeated after this long; after 12 calls, 12 times rarer'),
});

/** https://developer.pagerduty.com/docs/events-api-v2/overview/ */
const pagerDuty = 'https://events.pagerduty.com/v2/enqueue';

/** Whether a secret may be sent there: encrypted, or without leaving this machine. */
export function isOwnMachineOrHttps(url: string): boolean {
  return /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$))/.test(url);
}

/** `paging` of relight.yaml. The key is a secret, so it may cross a network only over HTTPS. */
export const Paging = z.strictObject({
  url: z
    .url('must be a URL such as https://events.pagerduty.com/v2/enqueue')
    .refine(isOwnMachineOrHttps, 'must begin with https://, because the key is sent with every event')
    .default(pagerDuty)
    .describe('takes events in the form of the PagerDuty Events API v2'),
});

export function pagingUrl({ paging }: { readonly paging?: z.infer<typeof Paging> | undefined }): string {
  return paging?.url ?? pagerDuty;
}
