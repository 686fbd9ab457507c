import type { Command } from 'commander';
import { createClients } from '../aws/clients.ts';
import { slackProbes } from '../bot/slack/slack-checks.ts';
import { holdersOf } from '../config/approval-policy.ts';
import { type Config, checkConfig } from '../config/environment.ts';
import { asOpsError, type OpsError } from '../errors.ts';
import { redisProbes } from '../redis/redis-checks.ts';
import { awsChecks } from './shared/aws-checks.ts';
import { type Check, machineChecks } from './shared/machine-checks.ts';
import { printResult } from './shared/print.ts';
import { shellLine } from './shared/remedies.ts';

/** The result of one check. `remedy` says how to fix a failure, why the check was not run, or what it found. */
interface CheckResult {
  readonly area: 'configuration' | 'machine' | 'redis' | 'slack' | 'aws';
  readonly name: string;
  readonly outcome: 'ok' | 'bad' | 'not-probed';
  readonly remedy?: string;
}

export function addDoctorCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('doctor')
    .description(
      'check every variable, Redis, Slack and each AWS permission that can be probed; exit 1 if any check fails',
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const results = await examine();
      printResult(json, results, results.flatMap(inWords));
      if (results.some(({ outcome }) => outcome === 'bad')) finish(1);
    });
}

async function examine(): Promise<CheckResult[]> {
  const checked = checkConfig();
  const about = { area: 'configuration', name: 'environment and relight.yaml' } as const;
  if ('problems' in checked) return checked.problems.map((remedy) => ({ ...about, outcome: 'bad', remedy }));
  const { config } = checked;
  const clients = createClients({ pathStyle: config.pathStyleBuckets, answerMs: 5_000 });
  const areas = await Promise.all([
    examineArea('machine', machineChecks(config)),
    examineArea('redis', redisProbes(config.redisUrl)),
    examineArea('slack', slackProbes(config.slack, config.settings, policiesIn(config))),
    examineArea('aws', awsChecks(config, clients)),
  ]);
  clients.close();
  return [{ ...about, outcome: 'ok' }, ...areas.flat()];
}

/** The approvers of each tier. Slack checks count the members of user groups. */
function policiesIn({ settings: { tiers, roles } }: Config): Parameters<typeof slackProbes>[2] {
  return Object.entries(tiers).map(([tier, { change }]) => {
    const { users, groups } = holdersOf(roles, change.role);
    return { tier, ...change, users: [...users], groups };
  });
}

/** Runs checks one at a time, because parallel calls would make throttling worse. */
async function examineArea(area: CheckResult['area'], checks: readonly Check[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) results.push({ area, name: check.name, ...(await outcomeOf(check)) });
  return results;
}

async function outcomeOf(check: Check): Promise<Pick<CheckResult, 'outcome' | 'remedy'>> {
  const { run, why } = check;
  if (run === undefined)
    return { outcome: 'not-probed', ...(why !== undefined && { remedy: `not checked: ${why}` }) };
  try {
    const remark = await run();
    return { outcome: 'ok', ...(typeof remark === 'string' && { remedy: remark }) };
  } catch (error) {
    return { outcome: 'bad', remedy: remedyFor(check, asOpsError(error)) };
  }
}

/** The specific remedy: the missing permission, or the setting that names a missing resource. */
function remedyFor({ permission, source }: Check, error: OpsError): string {
  if (error.code === 'aws-denied' && permission !== undefined)
    return `${error.message}. Add the permission ${permission} to Relight's role (see docs/iam.md), then run \`relight doctor\` again.`;
  if ((error.code === 'aws-refused' || error.code === 'job-not-found') && source !== undefined)
    return `${error.message}. Correct ${source}, then run \`relight doctor\` again.`;
  return shellLine(error);
}

function inWords({ area, name, outcome, remedy }: CheckResult): readonly string[] {
  const symbol = { ok: 'ok ', bad: 'BAD', 'not-probed': ' - ' }[outcome];
  return [`${symbol} ${area}: ${name}`, ...(remedy === undefined ? [] : [`      ${remedy}`])];
}
