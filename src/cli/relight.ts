#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { asOpsError } from '../errors.ts';
import { plainText } from '../sanitize/plain-text.ts';
import { redactText } from '../sanitize/redaction.ts';
import { printProblems } from './shared/print.ts';
import { shellLine } from './shared/remedies.ts';

type Add = (program: Command, finish: (code: number) => void) => void;

/** Each command loads only what it needs, because Bolt and the AWS SDK take a second to load. */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  start: async () => (await import('./start.ts')).addStartCommand,
  doctor: async () => (await import('./doctor.ts')).addDoctorCommand,
  diagnose: async () => (await import('./diagnose.ts')).addDiagnoseCommand,
  checkpoints: async () => (await import('./checkpoints.ts')).addCheckpointsCommand,
  data: async () => (await import('./data.ts')).addDataCommands,
  batch: async () => (await import('./batch.ts')).addBatchCommands,
  playbooks: async () => (await import('./playbooks.ts')).addPlaybookCommands,
  alarms: async () => (await import('./alarms.ts')).addAlarmCommands,
  audit: async () => (await import('./audit.ts')).addAuditCommands,
  report: async () => (await import('./report.ts')).addReportCommand,
  readiness: async () => (await import('./readiness.ts')).addReadinessCommand,
  config: async () => (await import('./config.ts')).addConfigCommands,
  keys: async () => (await import('./print-keys.ts')).addKeysCommand,
};

/** Exit code 0: success; 1: a check failed or Relight cannot continue; 2: usage error. Errors are one line on standard error. */
async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('relight')
    .description('Recovers failed SageMaker training from a Slack thread.')
    // Arguments can contain pasted untrusted text.
    .configureOutput({ writeErr: (text) => process.stderr.write(redactText(plainText(text))) })
    .exitOverride();
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const command = commands[argv[2] ?? ''];
  const needed = command === undefined ? Object.values(commands) : [command];
  for (const add of await Promise.all(needed.map((load) => load()))) add(program, finish);
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    printProblems([shellLine(asOpsError(error))]);
    return 1;
  }
}

process.exitCode = await main(process.argv);
