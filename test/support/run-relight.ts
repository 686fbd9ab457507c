import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import { built } from '../../sandbox/built-relight.ts';
import { keyVariablesOfSandbox } from '../../sandbox/relight-process.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a Relight CLI command with only the given environment. */
export async function runRelight(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...environment,
  };
  const child = spawn(process.execPath, [built, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}

/** A complete environment for `relight start` with well-formed values. */
export const goodEnvironment = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  ...keyVariablesOfSandbox,
  SLACK_APP_TOKEN: 'xapp-1',
  REDIS_URL: 'redis://127.0.0.1:1',
  AWS_REGION: 'us-east-1',
  AUDIT_BUCKET: 'audit',
  RELIGHT_CONFIG: 'relight.example.yaml',
  RELIGHT_LOG_LEVEL: 'silent',
} as const;

/** One line on standard error, no stack trace, exit code 1. */
export function expectOneLine(
  { code, err }: { code: number | null; err: string },
  ...words: (string | RegExp)[]
): void {
  expect(code).toBe(1);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).not.toMatch(/\n\s+at /);
  for (const word of words) expect(err).toMatch(word);
}
