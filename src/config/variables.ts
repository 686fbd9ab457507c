import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { keyVariables } from './keys/proof-keys.ts';
import { traceVariables } from './tracing/trace-variables.ts';

/** The environment variables. Each message names the remedy for a bad value. */
export const Environment = z.object({
  SLACK_BOT_TOKEN: z
    .string({ error: 'is required: the Bot User OAuth Token (xoxb-…) of the installed app' })
    .startsWith('xoxb-', 'must be a bot token (xoxb-…)'),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'must be an app-level token (xapp-…) with connections:write')
    .optional(),
  SLACK_SIGNING_SECRET: z.string().min(8, 'must be the Signing Secret of the app').optional(),
  SLACK_API_URL: z.url('must be a URL such as https://slack.com/api/').optional(),
  REDIS_URL: z
    .string({ error: 'is required: e.g. redis://localhost:6379' })
    .regex(/^rediss?:\/\/.+/, 'must look like redis://host:6379')
    .refine(
      (url) => URL.canParse(url) && new URL(url).hostname !== '',
      'must look like redis://host:6379; encode / ? # and @ in the password as %2F %3F %23 and %40',
    ),
  RELIGHT_REDIS: z.literal('not-durable', { error: 'can only be not-durable' }).optional(),
  AWS_REGION: z
    .string({ error: 'is required: the Region of the training jobs, e.g. us-east-1' })
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'must be a Region such as us-east-1'),
  AWS_ACCOUNT_ID: z
    .string()
    .regex(/^\d{12}$/, 'must be an account ID of 12 digits')
    .optional(),
  RELIGHT_ACTOR_ROLE_ARN: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
      'must be the ARN of a role, such as arn:aws:iam::123456789012:role/relight-actor',
    )
    .optional(),
  AWS_ENDPOINT_URL: z.url('must be a URL').optional(),
  AWS_ENDPOINT_URL_S3: z.url('must be a URL').optional(),
  ALARM_QUEUE_URL: z.url('must be the URL of an SQS queue').optional(),
  AUDIT_BUCKET: z.string().min(3, 'must be the name of an S3 bucket').optional(),
  RELIGHT_AUDIT: z.literal('journal-only', { error: 'can only be journal-only' }).optional(),
  RELIGHT_PAGING_KEY: z
    .string()
    .regex(/^\S{8,256}$/, 'must be the integration key (routing key) of an Events API v2 integration')
    .optional(),
  ...keyVariables,
  ...traceVariables,
  RELIGHT_FALLBACK_SECRET: z
    .string()
    .regex(/^[^\s"\\]{8,512}$/, 'must be the secret part of notify_fallback.webhook, without spaces')
    .optional(),
  RELIGHT_HALT: z.string().optional(),
  RELIGHT_HALT_FILE: z.string().optional(),
  RELIGHT_CONFIG: z.string().default('relight.yaml'),
  RELIGHT_ROLE: z.enum(['all', 'bot', 'worker'], { error: 'must be all, bot or worker' }).default('all'),
  RELIGHT_PLAYBOOKS: z.string().optional(),
  RELIGHT_SCAN_THREADS: z.coerce
    .number({ error: 'must be a number of threads' })
    .int('must be a whole number of threads')
    .min(1, 'must be at least 1')
    .max(64, 'must be at most 64')
    .default(() => availableParallelism()),
  RELIGHT_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be trace, debug, info, warn, error or silent',
    })
    .default('info'),
  PORT: z.coerce
    .number({ error: 'must be a port number' })
    .int('must be a port number')
    .min(0, 'must be a port number')
    .max(65535, 'must be a port number')
    .default(8080),
});
