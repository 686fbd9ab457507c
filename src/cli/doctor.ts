import type { Command } from 'commander';
import { createClients } from '../aws/clients.ts';
import { awsProbes } from '../aws/doctor.ts';
import { slackProbes } from '../bot/checks.ts';
import { type Config, checkConfig } from '../config.ts';
import { asOpsError } from '../errors.ts';
import { redisProbes } from '../queue/checks.ts';
import { printJson, printLines } from './print.ts';
import { shellLine } from './remedies.ts';

/** One thing that was looked at; `remedy` says how to mend what is not good. */
interface Finding {
  readonly area: 'configuration' | 'redis' | 'slack' | 'aws';
  readonly name: string;
  readonly outcome: 'ok' | 'bad' | 'not-probed';
  readonly remedy?: string;
}

interface Check {
  readonly name: string;
  readonly run?: () => Promise<void>;
  readonly why?: string;
}

export function addDoctorCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('doctor')
    .description(
      'check every variable, Redis, Slack and each AWS permission that can be asked for; exit 1 when anything is bad',
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await examine();
      if (json === true) printJson(findings);
      else printLines(findings.flatMap(inWords));
      if (findings.some(({ outcome }) => outcome === 'bad')) finish(1);
    });
}

async function examine(): Promise<Finding[]> {
  const checked = checkConfig();
  if ('problems' in checked)
    return checked.problems.map((problem) => ({
      area: 'configuration',
      name: 'environment and relight.yaml',
      outcome: 'bad',
      remedy: problem,
    }));
  const { config } = checked;
  const good: Finding = { area: 'configuration', name: 'environment and relight.yaml', outcome: 'ok' };
  const clients = createClients({ pathStyle: config.pathStyleBuckets, answerMs: 5_000 });
  const areas = await Promise.all([
    examineArea('redis', redisProbes(config.redisUrl)),
    examineArea('slack', slackProbes(config.slack, config.settings)),
    examineArea('aws', awsChecks(config, clients)),
  ]);
  clients.close();
  return [good, ...areas.flat()];
}

function awsChecks(config: Config, clients: ReturnType<typeof createClients>): Check[] {
  const { alarmQueueUrl: queueUrl, auditBucket, settings } = config;
  const probes = awsProbes(clients, {
    queueUrl,
    auditBucket,
    places: [settings.s3.recovery, ...(settings.s3.backup === undefined ? [] : [settings.s3.backup])],
    alarms: settings.alarms.map(({ alarm }) => alarm),
    ...(settings.sns !== undefined && {
      sns: { topics: settings.sns.topics, confirming: settings.sns.confirm_subscriptions },
    }),
  });
  return probes.map((probe) => ({ ...probe, name: `${probe.permission} (${probe.name})` }));
}

/** One after the other: a throttled account is not helped by twenty calls at once. */
async function examineArea(area: Finding['area'], checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) findings.push({ area, name: check.name, ...(await outcomeOf(check)) });
  return findings;
}

async function outcomeOf({ run, why }: Check): Promise<Pick<Finding, 'outcome' | 'remedy'>> {
  if (run === undefined) return { outcome: 'not-probed', ...(why === undefined ? {} : { remedy: why }) };
  try {
    await run();
    return { outcome: 'ok' };
  } catch (error) {
    return { outcome: 'bad', remedy: shellLine(asOpsError(error)) };
  }
}

function inWords({ area, name, outcome, remedy }: Finding): readonly string[] {
  const mark = { ok: 'ok ', bad: 'BAD', 'not-probed': ' - ' }[outcome];
  return [`${mark} ${area}: ${name}`, ...(remedy === undefined ? [] : [`      ${remedy}`])];
}
