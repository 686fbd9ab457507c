import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { newKeys } from '../src/config/keys/new-keys.ts';
import { built } from './built-relight.ts';
import { type End, endOf, stopProcess } from './process-end.ts';

/** The addresses of the stand-ins, and the configuration of one Relight process. */
export interface RelightSetup {
  readonly slackUrl: string;
  readonly awsUrl: string;
  readonly queueUrl: string;
  readonly redisUrl: string;
  readonly port: number;
  readonly role: 'all' | 'bot' | 'worker';
  readonly config: string;
  /** Arguments for Node; the default runs the built Relight. */
  readonly program?: readonly string[];
  /** Uses HTTP mode instead of Socket Mode. */
  readonly httpMode?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RelightProcess {
  readonly pid: number;
  /** All output so far, stdout and stderr together. */
  readonly output: () => string;
  readonly exitCode: () => number | null;
  /** Resolves when the process has exited for any reason. */
  readonly ended: Promise<End>;
  /** Sends SIGKILL: the process cannot clean up. */
  readonly kill: () => Promise<void>;
  /** Sends SIGTERM: the process drains its work first. */
  readonly stop: () => Promise<void>;
}

export const credentials = {
  botToken: 'xoxb-sandbox-relight',
  appToken: 'xapp-sandbox-relight',
  signingSecret: 'sandbox-signing-secret',
} as const;

/** New in every run, because the sandbox starts with an empty Redis. */
export const keyVariablesOfSandbox = newKeys();

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs `relight start` as a separate process, configured only by its environment, as in production. */
export function startRelightProcess(setup: RelightSetup): RelightProcess {
  const { program = [built] } = setup;
  const child = spawn(process.execPath, [...program, 'start'], {
    cwd: root,
    env: environmentOf(setup),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const killOnExit = (): boolean => child.kill('SIGKILL');
  process.once('exit', killOnExit);
  return {
    pid: child.pid ?? 0,
    output: () => chunks.join(''),
    exitCode: () => child.exitCode,
    ended: endOf(child, () => chunks.join('')),
    kill: async () => finish(child, 'SIGKILL', killOnExit),
    stop: async () => finish(child, 'SIGTERM', killOnExit),
  };
}

async function finish(child: ChildProcess, signal: NodeJS.Signals, killOnExit: () => boolean): Promise<void> {
  process.off('exit', killOnExit);
  await stopProcess(child, signal);
}

export function environmentOf(setup: RelightSetup): Record<string, string> {
  const slack =
    setup.httpMode === true
      ? { SLACK_SIGNING_SECRET: credentials.signingSecret }
      : { SLACK_APP_TOKEN: credentials.appToken };
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    SLACK_BOT_TOKEN: credentials.botToken,
    ...keyVariablesOfSandbox,
    ...slack,
    SLACK_API_URL: `${setup.slackUrl}/api/`,
    REDIS_URL: setup.redisUrl,
    // A Redis that someone brings to the sandbox may have no append-only file.
    RELIGHT_REDIS: 'not-durable',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: setup.awsUrl,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    ALARM_QUEUE_URL: setup.queueUrl,
    AUDIT_BUCKET: 'srl-rlvr-audit',
    RELIGHT_CONFIG: setup.config,
    RELIGHT_ROLE: setup.role,
    PORT: String(setup.port),
    ...setup.environment,
  };
}
