import type { Command } from 'commander';
import { checkConfig } from '../config/environment.ts';
import { readSettings, settingsSchema } from '../config/read-settings.ts';
import { inWords, whatOpens } from './shared/event.ts';
import { printJson, printLines } from './shared/print.ts';

export function addConfigCommands(program: Command, finish: (code: number) => void): void {
  const config = program.command('config').description('relight.yaml and the environment');
  config
    .command('schema')
    .description('print the JSON Schema of relight.yaml, for editors and other checks')
    .action(() => printJson(settingsSchema()));
  config
    .command('check')
    .description('say what is wrong, line by line; exit 1 when anything is')
    .option('--file <path>', 'check this file alone, without the environment')
    .option('--event <path>', 'say which rule decides on this message, and what would open')
    .option('--json', 'print JSON')
    .action(async ({ file, event, json }: { file?: string; event?: string; json?: boolean }) => {
      if (event !== undefined) {
        const told = await whatOpens(event, file);
        if (json === true) printJson(told);
        else printLines(inWords(told));
        if (told.outcome === 'kept') finish(1);
        return;
      }
      const checked = file === undefined ? checkConfig() : readSettings(file);
      const problems = 'problems' in checked ? checked.problems : [];
      if (json === true) printJson({ ok: problems.length === 0, problems });
      else printLines(problems.length === 0 ? ['The configuration is good.'] : problems);
      if (problems.length > 0) finish(1);
    });
}
