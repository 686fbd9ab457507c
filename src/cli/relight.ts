#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { asOpsError } from '../errors.ts';
import { addCheckpointsCommand } from './checkpoints.ts';
import { addConfigCommands } from './config.ts';
import { addDataCommands } from './data.ts';
import { addDiagnoseCommand } from './diagnose.ts';
import { addDoctorCommand } from './doctor.ts';
import { addPlaybookCommands } from './playbooks.ts';
import { addStartCommand } from './start.ts';

/** Exit 0 on success, 1 where a check fails or Relight cannot go on, 2 on bad use. Errors are one line, on standard error. */
async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('relight')
    .description('Recovers failed SageMaker training from a Slack thread.')
    .exitOverride();
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  addStartCommand(program);
  addDoctorCommand(program, finish);
  addDiagnoseCommand(program, finish);
  addCheckpointsCommand(program, finish);
  addDataCommands(program, finish);
  addPlaybookCommands(program, finish);
  addConfigCommands(program, finish);
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`relight: ${asOpsError(error).line}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv);
