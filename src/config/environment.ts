import { existsSync } from 'node:fs';
import type { z } from 'zod';
import type { ProofKeys } from '../audit/proofs.ts';
import { OpsError } from '../errors.ts';
import { pagingUrl } from './escalation-settings.ts';
import { type Fallback, fallbackOf } from './fallback-settings.ts';
import { missingSecrets } from './keys/missing-secrets.ts';
import { availableKeys, keysInBoth, missingKeys, proofKeysIn } from './keys/proof-keys.ts';
import { locationProblems } from './location-settings.ts';
import { missingPairs } from './missing-pairs.ts';
import { readSettings } from './read-settings.ts';
import type { Settings } from './settings.ts';
import { exportsSpans } from './tracing/trace-variables.ts';
import { Environment } from './variables.ts';

/** Environment variables by name. An empty value counts as unset. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** How Slack reaches Relight: through a socket that Relight opens, or with signed HTTP requests. */
export type SlackMode =
  | { readonly mode: 'socket'; readonly appToken: string }
  | { readonly mode: 'http'; readonly signingSecret: string };

/** The validated environment and relight.yaml. */
export interface Config {
  readonly role: 'all' | 'bot' | 'worker';
  readonly port: number;
  readonly logLevel: string;
  readonly redisUrl: string;
  /** False if RELIGHT_REDIS=not-durable is set, for the sandbox and tests: Redis may lose everything when it restarts. */
  readonly redisIsDurable: boolean;
  readonly slack: SlackMode & { readonly botToken: string; readonly apiUrl: string | undefined };
  readonly region: string;
  /** AWS_ACCOUNT_ID; undefined if the credentials must tell the account. */
  readonly account: string | undefined;
  /** RELIGHT_ACTOR_ROLE_ARN: the role that each change assumes; undefined if changes use the credentials of the process. */
  readonly actorRole: string | undefined;
  /** True if AWS_ENDPOINT_URL points to an AWS stand-in, which needs path-style bucket addresses. */
  readonly pathStyleBuckets: boolean;
  readonly alarmQueueUrl: string | undefined;
  /** Undefined only if RELIGHT_AUDIT=journal-only is set. */
  readonly auditBucket: string | undefined;
  /** The keys that prove who wrote what Redis holds. */
  readonly keys: ProofKeys;
  /** RELIGHT_HEAD_KEY_ARN: the KMS key that signs the heads of the archive; undefined if RELIGHT_SIGNING_KEY does. */
  readonly headKeyArn: string | undefined;
  /** During an upgrade, in ms: until then, lines of journals without a proof are accepted. */
  readonly acceptUnprovenUntil: number | undefined;
  readonly playbookFolders: readonly string[];
  /** How many pieces of training data are read in parallel. Each can use 250 MB of memory. */
  readonly scanThreads: number;
  /** RELIGHT_HALT: why all changes are halted; RELIGHT_HALT_FILE: a file that halts them while it exists. */
  readonly halt: { readonly why?: string | undefined; readonly file?: string | undefined };
  /** The on-call tool; undefined without RELIGHT_PAGING_KEY. */
  readonly paging: { readonly url: string; readonly key: string } | undefined;
  /** Where open incidents are sent while Slack takes no messages. */
  readonly fallback: Fallback | undefined;
  readonly exportsSpans: boolean;
  readonly settings: Settings;
}

/** The configuration, or one line per problem with the variable or key and what to do. */
export type ConfigCheck = { readonly config: Config } | { readonly problems: readonly string[] };

/**
 * Checks the environment and relight.yaml and reports all problems. Never throws.
 * @example checkConfig({}) // { problems: ['REDIS_URL is required: e.g. redis://localhost:6379', …] }
 */
export function checkConfig(variables: Variables = process.env): ConfigCheck {
  const blanksUnset = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const environment = Environment.safeParse(blanksUnset);
  const path = blanksUnset['RELIGHT_CONFIG'] ?? 'relight.yaml';
  const file = readSettings(path);
  const problems = [
    ...(environment.success
      ? [...missingPairs(environment.data), ...keysInBoth(environment.data)]
      : lines(environment.error)),
    ...missingKeys(blanksUnset),
    ...('problems' in file ? file.problems : settingsProblemsIn(file.settings, blanksUnset)),
  ];
  if (problems.length > 0 || !environment.success || 'problems' in file) return { problems };
  return { config: Object.freeze(assemble(environment.data, file.settings)) };
}

/**
 * The configuration of a running Relight. Throws `config-invalid` with all problems.
 * @example readConfig().settings.incident_channel // 'C0INCIDENT'
 */
export function readConfig(variables: Variables = process.env): Config {
  const checked = checkConfig(variables);
  if ('config' in checked) return checked.config;
  throw new OpsError('config-invalid', checked.problems.join('; '));
}

function lines(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
}

/** What is wrong with relight.yaml in this environment. */
function settingsProblemsIn(settings: Settings, variables: Variables): string[] {
  return [...missingSecrets(settings, variables), ...locationProblems(settings, variables['AUDIT_BUCKET'])];
}

function assemble(environment: z.infer<typeof Environment>, settings: Settings): Config {
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret = '' } = environment;
  const { RELIGHT_PAGING_KEY: pagingKey } = environment;
  const slackMode: SlackMode =
    appToken === undefined ? { mode: 'http', signingSecret } : { mode: 'socket', appToken };
  return {
    role: environment.RELIGHT_ROLE,
    port: environment.PORT,
    logLevel: environment.RELIGHT_LOG_LEVEL,
    redisUrl: environment.REDIS_URL,
    redisIsDurable: environment.RELIGHT_REDIS === undefined,
    slack: { ...slackMode, botToken: environment.SLACK_BOT_TOKEN, apiUrl: environment.SLACK_API_URL },
    region: environment.AWS_REGION,
    account: environment.AWS_ACCOUNT_ID,
    actorRole: environment.RELIGHT_ACTOR_ROLE_ARN,
    pathStyleBuckets: (environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL) !== undefined,
    alarmQueueUrl: environment.ALARM_QUEUE_URL,
    auditBucket: environment.RELIGHT_AUDIT === undefined ? environment.AUDIT_BUCKET : undefined,
    keys: proofKeysIn(environment),
    headKeyArn: environment.RELIGHT_HEAD_KEY_ARN,
    acceptUnprovenUntil: environment.RELIGHT_ACCEPT_UNPROVEN_UNTIL,
    playbookFolders: playbookFolders({ RELIGHT_PLAYBOOKS: environment.RELIGHT_PLAYBOOKS }),
    scanThreads: environment.RELIGHT_SCAN_THREADS,
    halt: { why: environment.RELIGHT_HALT, file: environment.RELIGHT_HALT_FILE },
    paging: pagingKey === undefined ? undefined : { url: pagingUrl(settings), key: pagingKey },
    fallback: fallbackOf(settings.notify_fallback, environment.RELIGHT_FALLBACK_SECRET),
    exportsSpans: exportsSpans(environment),
    settings,
  };
}

/** The part of the configuration that CLI commands need. */
export interface CommandSettings {
  readonly pathStyleBuckets: boolean;
  /** Undefined if there is no relight.yaml and RELIGHT_CONFIG is not set. */
  readonly settings: Settings | undefined;
}

/**
 * The settings for commands that use AWS without the bot. Throws `config-invalid` if relight.yaml is invalid.
 * @example commandSettings({ RELIGHT_CONFIG: 'relight.yaml' }).settings?.tiers
 */
export function commandSettings(variables: Variables = process.env): CommandSettings {
  const named = variables['RELIGHT_CONFIG'];
  const pathStyleBuckets = Boolean(variables['AWS_ENDPOINT_URL_S3'] ?? variables['AWS_ENDPOINT_URL']);
  if ((named ?? '') === '' && !existsSync('relight.yaml')) return { pathStyleBuckets, settings: undefined };
  const file = readSettings(named || 'relight.yaml');
  if ('problems' in file) throw new OpsError('config-invalid', file.problems.join('; '));
  return { pathStyleBuckets, settings: file.settings };
}

/** What a command must keep out of: a person's own shell may write anywhere, except among the records of the vault. */
export function shellFence(variables: Variables = process.env): { readonly records?: string } {
  const { AUDIT_BUCKET: records = '' } = variables;
  return records === '' ? {} : { records };
}

/**
 * AWS_REGION and AWS_ACCOUNT_ID, for commands that do not need the rest of the environment. Undefined if unset.
 * @example workingPlace({ AWS_REGION: 'us-east-1' }) // { region: 'us-east-1', account: undefined }
 */
export function workingPlace(variables = process.env): Partial<Pick<Config, 'region' | 'account'>> {
  const { AWS_REGION: region, AWS_ACCOUNT_ID: account } = variables;
  return { ...(region && { region }), ...(account && { account }) };
}

/**
 * The folders in RELIGHT_PLAYBOOKS (separated by colons), for commands that do not need the rest of the environment.
 * @example playbookFolders({ RELIGHT_PLAYBOOKS: 'ours:/opt/theirs' }) // ['ours', '/opt/theirs']
 */
export function playbookFolders(variables: Variables = process.env): readonly string[] {
  return variables['RELIGHT_PLAYBOOKS']?.split(':').filter(Boolean) ?? [];
}

/** For commands that also work without Redis. */
export function redisUrlIfSet(variables: Variables = process.env): string | undefined {
  const { REDIS_URL: url = '' } = variables;
  return url === '' ? undefined : url;
}

/** AUDIT_BUCKET, for commands that do not need the rest of the environment. Throws `config-invalid` if it is not set. */
export function auditBucketOf(variables: Variables = process.env): string {
  const { AUDIT_BUCKET: bucket = '' } = variables;
  if (bucket === '')
    throw new OpsError('config-invalid', 'AUDIT_BUCKET is required: the S3 bucket of the audit vault');
  return bucket;
}

/** The variables of keys that are set. Throws `config-invalid`. */
export function keysIfSet(variables: Variables = process.env): ReturnType<typeof availableKeys> {
  return availableKeys(variables);
}
