import type { Command } from 'commander';
import { measureReadiness } from '../app/readiness/measure-readiness.ts';
import { readinessOf } from '../readiness/readiness.ts';
import { readinessLines, readinessSummary } from '../readiness/readiness-lines.ts';
import { printResult } from './shared/print.ts';
import { withCore } from './shared/with-core.ts';

const exitCodes = { ready: 0, 'not-ready': 1, unknown: 2 } as const;

export function addReadinessCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('readiness')
    .description(
      'measure the preparation for the next failure, with how to fix each gap; exit 1 if something is to be fixed, 2 if something could not be measured',
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const report = await withCore((core) => measureReadiness(core, async () => []));
      printResult(json, report, [`Readiness: ${readinessSummary(report)}`, ...readinessLines(report)]);
      finish(exitCodes[readinessOf(report)]);
    });
}
