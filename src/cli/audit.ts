import type { Command } from 'commander';
import { openCore } from '../app/core.ts';
import { firstBreak } from '../audit/chain.ts';
import { readConfig } from '../config/environment.ts';
import type { RefusedEntry } from '../incidents/refused-commands.ts';
import { createLog } from '../log.ts';
import { printJson, printLines, printProblems } from './shared/print.ts';

export function addAuditCommands(program: Command, finish: (code: number) => void): void {
  program
    .command('audit')
    .description('the audit trail outside incidents')
    .command('refused')
    .description(
      'list refused attempts that do not belong to an incident, oldest first; exit 1 if their hash chain is broken',
    )
    .option('--json', 'print JSON with the hashes')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const entries = await refusedEntries();
      const broken = firstBreak(entries);
      if (json === true)
        printJson({ entries, chain: broken === undefined ? 'whole' : `broken at ${broken}` });
      else printLines(entries.length === 0 ? ['There are no refused attempts.'] : entries.map(inWords));
      if (broken === undefined) return;
      printProblems([
        `entry ${broken} does not match the hash of the one before it: the list in Redis was changed. Compare it with a Redis backup.`,
      ]);
      finish(1);
    });
}

async function refusedEntries(): Promise<readonly RefusedEntry[]> {
  const core = await openCore(readConfig(), createLog('silent'));
  try {
    return await core.refusedCommands.all();
  } finally {
    await core.close();
  }
}

function inWords({ at, event: { by, command, why } }: RefusedEntry): string {
  return `${new Date(at).toISOString()}  ${by.user}  /relight ${command}: ${why}`;
}
