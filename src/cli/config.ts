import type { Command } from 'commander';
import { checkConfig } from '../config/environment.ts';
import { readSettings, settingsSchema } from '../config/read-settings.ts';
import { explainEvent } from './shared/explain-event.ts';
import { explanationInWords } from './shared/explanation-in-words.ts';
import { printJson, printResult } from './shared/print.ts';

export function addConfigCommands(program: Command, finish: (code: number) => void): void {
  const config = program.command('config').description('check relight.yaml and the environment');
  config
    .command('schema')
    .description('print the JSON Schema of relight.yaml for editors and other tools')
    .action(() => printJson(settingsSchema()));
  config
    .command('check')
    .description('list every problem with its line; exit 1 if there are any')
    .option('--file <path>', 'check only this file, not the environment')
    .option(
      '--event <path>',
      'show which rule applies to the alarm message in this file, and what would open',
    )
    .option('--json', 'print JSON')
    .action(async ({ file, event, json }: { file?: string; event?: string; json?: boolean }) => {
      if (event !== undefined) {
        const explained = await explainEvent(event, file);
        printResult(json, explained, explanationInWords(explained));
        if (explained.outcome === 'kept') finish(1);
        return;
      }
      const checked = file === undefined ? checkConfig() : readSettings(file);
      const problems = 'problems' in checked ? checked.problems : [];
      const lines = problems.length === 0 ? ['The configuration is valid.'] : problems;
      printResult(json, { ok: problems.length === 0, problems }, lines);
      if (problems.length > 0) finish(1);
    });
}
