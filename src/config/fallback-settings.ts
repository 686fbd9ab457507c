import { z } from 'zod';
import { isOwnMachineOrHttps } from './escalation-settings.ts';

/** Stands in the URL for the variable RELIGHT_FALLBACK_SECRET. */
const placeholder = '{secret}';

/** `notify_fallback` of relight.yaml: where open incidents are sent while Slack takes no messages. */
export const NotifyFallback = z
  .strictObject({
    webhook: z
      .string()
      .refine(
        (url) => URL.canParse(url) && isOwnMachineOrHttps(url),
        'must be a URL that begins with https://; keep its secret part in RELIGHT_FALLBACK_SECRET and write {secret} instead',
      )
      .optional()
      .describe(
        'each message is posted there as JSON; {secret} is replaced by the variable RELIGHT_FALLBACK_SECRET, which is sent as a bearer token if the URL does not contain {secret}',
      ),
    sns_topic: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/,
        'must be the ARN of an SNS topic',
      )
      .optional()
      .describe('each message is published there'),
  })
  .refine(
    ({ webhook, sns_topic: topic }) => webhook !== undefined || topic !== undefined,
    'must have `webhook`, `sns_topic` or both',
  );
type NotifyFallback = z.infer<typeof NotifyFallback>;

/** The ways out beside Slack. */
export interface Fallback {
  /** `bearer`: sent in the header Authorization. `secret`: never shown. */
  readonly webhook?: {
    readonly url: string;
    readonly bearer?: string | undefined;
    readonly secret?: string | undefined;
  };
  readonly topic?: string;
}

/**
 * The settings with the secret filled in.
 * @example fallbackOf({ webhook: 'https://hooks.example.com/{secret}' }, 'abc') // { webhook: { url: 'https://hooks.example.com/abc', … } }
 */
export function fallbackOf(
  settings: NotifyFallback | undefined,
  secret: string | undefined,
): Fallback | undefined {
  if (settings === undefined) return undefined;
  const { webhook, sns_topic: topic } = settings;
  const inUrl = webhook?.includes(placeholder) === true;
  return {
    ...(webhook !== undefined && {
      webhook: {
        url: webhook.replaceAll(placeholder, encodeURI(secret ?? '')),
        ...(secret !== undefined && { secret, ...(!inUrl && { bearer: secret }) }),
      },
    }),
    ...(topic !== undefined && { topic }),
  };
}

/** Whether the URL lacks its secret. */
export function needsSecret(settings: NotifyFallback | undefined): boolean {
  return settings?.webhook?.includes(placeholder) === true;
}
