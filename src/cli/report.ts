import { Argument, type Command, InvalidArgumentError } from 'commander';
import { limitsIn } from '../app/steps/launch-limits.ts';
import { figuresInWords } from '../incidents/figures/figures-in-words.ts';
import { isMonth } from '../incidents/figures/month.ts';
import { readFigures } from '../incidents/figures/read-figures.ts';
import { printResult } from './shared/print.ts';
import { withCore } from './shared/with-core.ts';

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description(
      'recovery times, RTO, success by playbook and step, GPU-hours and money, by tier and month; without mistakes, drills and merged incidents',
    )
    .addArgument(new Argument('[month]', 'such as 2026-11; default: all').argParser(monthIn))
    .option('--json', 'print JSON')
    .action(async (month: string | undefined, { json }: { readonly json?: boolean }) => {
      const { report, words } = await withCore(async (core) => {
        const read = await readFigures({ ...core, priceOf: limitsIn(core.config).prices }, month);
        return { report: read, words: figuresInWords(read, core.catalog) };
      });
      printResult(json, report, words);
    });
}

function monthIn(text: string): string {
  if (!isMonth(text)) throw new InvalidArgumentError('Give a month such as 2026-11.');
  return text;
}
