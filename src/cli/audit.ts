import type { Command } from 'commander';
import { firstBreak } from '../audit/chain.ts';
import type { RefusedEntry } from '../incidents/refused-commands.ts';
import { printProblems, printResult } from './shared/print.ts';
import { withCore } from './shared/with-core.ts';

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
      const entries = await withCore(({ refusedCommands }) => refusedCommands.all());
      const broken = firstBreak(entries);
      const chain = broken === undefined ? 'whole' : `broken at ${broken}`;
      const lines = entries.length === 0 ? ['There are no refused attempts.'] : entries.map(inWords);
      printResult(json, { entries, chain }, lines);
      if (broken === undefined) return;
      printProblems([
        `entry ${broken} does not match the hash of the one before it: the list in Redis was changed. Compare it with a Redis backup.`,
      ]);
      finish(1);
    });
}

function inWords({ at, event: { by, command, why } }: RefusedEntry): string {
  return `${new Date(at).toISOString()}  ${by.user}  /relight ${command}: ${why}`;
}
