import type { z } from 'zod';
import type { Environment } from './variables.ts';

/** Where one of two variables must be set, and neither is. */
export function missingPairs(environment: z.infer<typeof Environment>): string[] {
  const problems: string[] = [];
  if (environment.SLACK_APP_TOKEN === undefined && environment.SLACK_SIGNING_SECRET === undefined)
    problems.push('SLACK_SIGNING_SECRET is required in HTTP mode; or set SLACK_APP_TOKEN for Socket Mode');
  if (environment.AUDIT_BUCKET === undefined && environment.RELIGHT_AUDIT === undefined)
    problems.push(
      'AUDIT_BUCKET is required: the S3 bucket of the audit vault; or set RELIGHT_AUDIT=journal-only to run without one',
    );
  return problems;
}
